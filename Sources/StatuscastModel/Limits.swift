/// What a status, a name or a key may measure at most. Checked at the edge before anything is stored.
public enum Limits {
    public static let statusCharacters = 500
    /// UTF-8 bytes of the text: a character may take several scalars, so both are bounded.
    public static let statusBytes = 8_000
    public static let spoilerCharacters = 500
    public static let spoilerBytes = 4_000
    public static let mentionsPerStatus = 50
    public static let tagsPerStatus = 50
    public static let tagBytes = 128
    public static let pinnedStatuses = 5
    public static let usernameCharacters = 30
    public static let displayNameCharacters = 30
    public static let noteCharacters = 500
    public static let emailBytes = 254
    public static let passwordBytes = 8...72
    public static let idempotencyKeyBytes = 128
    public static let languageBytes = 16
    public static let requestBodyBytes = 128 * 1024
    public static let filtersPerAccount = 100
    public static let keywordsPerFilter = 100
    public static let statusesPerFilter = 100
    public static let filterTitleCharacters = 200
    public static let filterKeywordCharacters = 200
    public static let listsPerAccount = 50
    public static let membersPerList = 500
    public static let listTitleCharacters = 255
    public static let followedTagsPerAccount = 1_000
    public static let featuredTagsPerAccount = 10
    public static let scheduledPerAccount = 300
    /// Single notifications put away since the last time that all were.
    public static let dismissalsPerAccount = 1_000
    /// One item in a frame; a frame holds many.
    public static let itemBytes = 256 * 1024
}
