internal import Peers
internal import StatuscastModel

/// What a profile may hold; the words are Mastodon's.
enum ProfileRules {
    /// The fields that a request names, and the profile with them. Throws `.invalid` with a problem for each that is
    /// wrong.
    static func changed(
        _ profile: Profile, by request: PeerChangeProfile
    ) throws(PeerError) -> (profile: Profile, fields: Set<Profile.Field>) {
        var draft = Draft(profile: profile)
        draft.takeTexts(request)
        draft.takeFlags(request)
        draft.takeLinks(request)
        draft.takePictures(request)
        draft.takeDefaults(request)
        guard draft.problems.isEmpty else { throw SignUpRules.refusal(draft.problems) }
        return (draft.profile, draft.fields)
    }

    private struct Draft {
        var profile: Profile
        var fields: Set<Profile.Field> = []
        var problems: [PeerError.Problem] = []

        mutating func set<T>(_ field: Profile.Field, _ path: WritableKeyPath<Profile, T>, _ value: T) {
            profile[keyPath: path] = value
            fields.insert(field)
        }

        mutating func refuse(_ field: String, _ error: String, _ text: String) {
            problems.append(PeerError.Problem(field: field, error: error, text: text))
        }

        mutating func takeTexts(_ request: PeerChangeProfile) {
            if request.hasDisplayName {
                set(.displayName, \.displayName, request.displayName)
                if let problem = SignUpRules.problem(displayName: request.displayName) { problems.append(problem) }
            }
            guard request.hasNote else { return }
            set(.note, \.note, request.note)
            if request.note.count > Limits.noteCharacters || request.note.utf8.count > Limits.noteBytes {
                refuse("note", "ERR_TOO_LONG", "is too long (maximum is \(Limits.noteCharacters) characters)")
            }
        }

        mutating func takeFlags(_ request: PeerChangeProfile) {
            if request.hasLocked { set(.locked, \.locked, request.locked) }
            if request.hasBot { set(.bot, \.bot, request.bot) }
            if request.hasDiscoverable { set(.discoverable, \.discoverable, request.discoverable) }
            if request.hasIndexable { set(.indexable, \.indexable, request.indexable) }
            if request.hasSensitive { set(.sensitive, \.sensitive, request.sensitive) }
        }

        mutating func takeLinks(_ request: PeerChangeProfile) {
            guard request.hasLinks else { return }
            let links = request.links.links.map { Profile.Link(name: $0.name, value: $0.value) }
            set(.links, \.links, links)
            if links.count > Limits.profileLinks {
                refuse("fields", "ERR_TOO_LONG", "are too many (maximum is \(Limits.profileLinks))")
            }
            let isTooLong = links.flatMap { [$0.name, $0.value] }.contains {
                $0.count > Limits.profileLinkCharacters || $0.utf8.count > Limits.profileLinkBytes
            }
            if isTooLong {
                refuse(
                    "fields", "ERR_TOO_LONG", "are too long (maximum is \(Limits.profileLinkCharacters) characters)")
            }
            if links.contains(where: { $0.name.isEmpty }) {
                refuse("fields", "ERR_BLANK", "with values can't have blank labels")
            }
        }

        mutating func takePictures(_ request: PeerChangeProfile) {
            if request.hasAvatar {
                set(.avatar, \.avatar, request.avatar)
                check(request.avatar, .avatar)
            }
            if request.hasHeader {
                set(.header, \.header, request.header)
                check(request.header, .header)
            }
        }

        private mutating func check(_ name: String, _ purpose: PictureName.Purpose) {
            if !name.isEmpty, PictureName(name)?.purpose != purpose {
                refuse(purpose.rawValue, "ERR_INVALID", "is not the name of a picture")
            }
        }

        mutating func takeDefaults(_ request: PeerChangeProfile) {
            if request.hasPrivacy {
                if let visibility = Visibility(name: request.privacy), visibility != .direct {
                    set(.privacy, \.privacy, visibility)
                } else {
                    refuse("privacy", "ERR_INCLUSION", "is not included in the list")
                }
            }
            guard request.hasLanguage else { return }
            set(.language, \.language, request.language)
            let isCode = request.language.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "-")
            }
            if !isCode || request.language.utf8.count > Limits.languageBytes {
                refuse("language", "ERR_INCLUSION", "is not a language code")
            }
        }
    }
}
