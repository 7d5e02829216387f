export declare function instrumentFolders(): string[]
export declare function indexText(folders: readonly string[]): string
