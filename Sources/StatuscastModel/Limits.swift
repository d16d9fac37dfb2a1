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
    /// UTF-8 bytes of the note, for the same reason as with statuses.
    public static let noteBytes = 8_000
    public static let profileLinks = 4
    public static let profileLinkCharacters = 255
    /// Of each part of a link.
    public static let profileLinkBytes = 2_000
    /// What one account writes down about another.
    public static let accountNoteCharacters = 2_000
    public static let accountNoteBytes = 16_000
    /// Why somebody wants an account.
    public static let signUpReasonCharacters = 2_000
    public static let signUpReasonBytes = 16_000
    public static let pictureBytes = 2 << 20
    /// Of either side of a picture, in pixels.
    public static let picturePixels = 1...4_096
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
