public import Wire

/// The versions of the peers' protocol that this release speaks. A method that is added does not need another one; a
/// method or a field that changes its meaning does.
public enum PeerProtocol {
    public static let spoken = WireProtocol(id: 2, name: "peers", versions: 1...1)
}

/// The numbers of the methods that roles offer each other. Never reused; a new method gets the next one of its service.
public enum PeerMethod {
    // The canonical store.
    public static let registerApplication = WireMethod(rawValue: 0x0200)
    public static let issueToken = WireMethod(rawValue: 0x0201)
    public static let revokeToken = WireMethod(rawValue: 0x0202)
    public static let authenticate = WireMethod(rawValue: 0x0203)
    public static let createAccount = WireMethod(rawValue: 0x0204)
    public static let accountsByID = WireMethod(rawValue: 0x0205)
    public static let accountsByName = WireMethod(rawValue: 0x0206)
    public static let searchAccounts = WireMethod(rawValue: 0x0207)
    public static let follow = WireMethod(rawValue: 0x0208)
    public static let unfollow = WireMethod(rawValue: 0x0209)
    public static let relationships = WireMethod(rawValue: 0x020A)
    public static let statuses = WireMethod(rawValue: 0x020B)
    public static let instanceCounts = WireMethod(rawValue: 0x020C)
    public static let block = WireMethod(rawValue: 0x0220)
    public static let unblock = WireMethod(rawValue: 0x0221)
    public static let mute = WireMethod(rawValue: 0x0222)
    public static let unmute = WireMethod(rawValue: 0x0223)
    public static let blocks = WireMethod(rawValue: 0x0224)
    public static let mutes = WireMethod(rawValue: 0x0225)
    public static let saveFilter = WireMethod(rawValue: 0x0226)
    public static let removeFilter = WireMethod(rawValue: 0x0227)
    public static let viewerRules = WireMethod(rawValue: 0x0228)
    public static let decideHeld = WireMethod(rawValue: 0x0229)
    public static let thread = WireMethod(rawValue: 0x0260)
    public static let statusVersions = WireMethod(rawValue: 0x0261)
    public static let reactions = WireMethod(rawValue: 0x0270)
    public static let interactions = WireMethod(rawValue: 0x0271)
    public static let threadRoots = WireMethod(rawValue: 0x0272)

    // The canonical store, for people: profiles, requests, notes, lists.
    public static let ownAccount = WireMethod(rawValue: 0x02B4)
    public static let changeProfile = WireMethod(rawValue: 0x02B5)
    public static let followRequests = WireMethod(rawValue: 0x02B6)
    public static let answerFollowRequest = WireMethod(rawValue: 0x02B7)
    public static let removeFollower = WireMethod(rawValue: 0x02B8)
    public static let setAccountNote = WireMethod(rawValue: 0x02B9)
    public static let followList = WireMethod(rawValue: 0x02BA)
    public static let familiarFollowers = WireMethod(rawValue: 0x02BB)
    public static let searchTags = WireMethod(rawValue: 0x02BC)
    public static let suggestions = WireMethod(rawValue: 0x02BD)

    public static let reviewAuthorization = WireMethod(rawValue: 0x02DC)
    public static let authorize = WireMethod(rawValue: 0x02DD)
    public static let keepFact = WireMethod(rawValue: 0x02C8)
    public static let keptFacts = WireMethod(rawValue: 0x02C9)

    // The canonical store, for the operator's command.
    public static let operatorSignUp = WireMethod(rawValue: 0x0240)
    public static let findAccounts = WireMethod(rawValue: 0x0241)
    public static let listAccounts = WireMethod(rawValue: 0x0242)
    public static let changeStanding = WireMethod(rawValue: 0x0243)
    public static let deleteAccount = WireMethod(rawValue: 0x0244)
    public static let importAccounts = WireMethod(rawValue: 0x0245)
    public static let importFollows = WireMethod(rawValue: 0x0246)
    // A front, for the operator's command.
    public static let postAs = WireMethod(rawValue: 0x0248)

    // The holder of mailbox leases.
    public static let freshenMailbox = WireMethod(rawValue: 0x0300)
    public static let watchMailboxes = WireMethod(rawValue: 0x0301)
    public static let awaitChanges = WireMethod(rawValue: 0x0302)

    // The process that issued a status id.
    public static let recentStatus = WireMethod(rawValue: 0x0400)

    static let store = [
        registerApplication, issueToken, revokeToken, authenticate, createAccount, accountsByID, accountsByName,
        searchAccounts, follow, unfollow, relationships, statuses, instanceCounts, block, unblock, mute, unmute,
        blocks, mutes, saveFilter, removeFilter, viewerRules, decideHeld, thread, statusVersions, reactions,
        interactions, threadRoots, reviewAuthorization, authorize, keepFact, keptFacts,
    ]
    static let people = [
        ownAccount, changeProfile, followRequests, answerFollowRequest, removeFollower, setAccountNote, followList,
        familiarFollowers, searchTags, suggestions,
    ]
    static let `operator` = [
        operatorSignUp, findAccounts, listAccounts, changeStanding, deleteAccount, importAccounts, importFollows,
    ]
    static let posting = [postAs]
    static let mailbox = [freshenMailbox, watchMailboxes, awaitChanges]
    static let issuer = [recentStatus]
}
