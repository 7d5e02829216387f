console.error('heavens: not yet built')
