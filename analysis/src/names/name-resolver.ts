/** A position by name, and who says so. */
export interface NamedPlace {
  /** as the resolver writes it, or as it was asked */
  name: string
  /** ICRS [deg] */
  ra: number
  dec: number
  /** what kind of object; empty where nothing is said */
  type: string
  /** who gave the position, for people and provenance */
  resolver: string
}

/** Asked for the names that the built-in catalogue lacks. */
export interface NameResolver {
  /** for people: what was asked */
  readonly label: string
  /**
   * The place of a name; undefined where the resolver knows none.
   *
   * @throws HeavensError resolver-failed where there is no answer, or none that can be used
   */
  find(name: string): Promise<NamedPlace | undefined>
}
