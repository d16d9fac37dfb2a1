import StatuscastModel
import Testing

struct ProfileTests {
    private var full: Profile {
        var profile = Profile()
        profile.displayName = "Ada \u{1F600}"
        profile.note = "two\nlines"
        profile.locked = true
        profile.bot = true
        profile.discoverable = false
        profile.indexable = true
        profile.links = [.init(name: "page", value: "https://example.org/"), .init(name: "", value: "x")]
        profile.avatar = "avatar-1.png"
        profile.header = "header-1.gif"
        profile.privacy = .private
        profile.sensitive = true
        profile.language = "de"
        return profile
    }

    @Test func everyFieldComesBack() throws {
        var copy = Profile()
        for field in Profile.Field.allCases { try copy.set(field, to: full.value(of: field)) }
        #expect(copy == full)
    }

    @Test(arguments: Profile.Field.allCases) func aFieldSpeaksOfNothingElse(field: Profile.Field) throws {
        var copy = Profile()
        try copy.set(field, to: full.value(of: field))
        let changed = Profile.Field.allCases.filter { copy.value(of: $0) != Profile().value(of: $0) }
        #expect(changed == [field])
    }

    @Test(
        arguments: [
            (.displayName, [0xFF]), (.note, [0xC3]), (.locked, []), (.links, [0, 0, 0, 9]), (.privacy, [99]),
            (.privacy, []),
        ] as [(Profile.Field, [UInt8])])
    func whatIsNoValueIsRefusedAndChangesNothing(field: Profile.Field, bytes: [UInt8]) {
        var profile = full
        #expect(throws: DecodeError.self) { try profile.set(field, to: bytes) }
        #expect(profile == full)
    }

    @Test func fieldsOfLaterReleasesArePassedOver() throws {
        var later = AccountEvent(
            id: EventID(rawValue: 1),
            change: .profileChanged(ProfileChange(account: AccountID(rawValue: 2), fields: [.bot], of: full))
        ).encoded()
        // Version, event, kind, account, count; then the number of the field.
        let place = 1 + 8 + 1 + 8 + 4
        #expect(later[place] == Profile.Field.bot.rawValue)
        later[place] = 200
        let event = try AccountEvent(decoding: later[...])
        guard case .profileChanged(let change) = event.change else {
            throw DecodeError(field: "kind", reason: .truncated)
        }
        #expect(change.account == AccountID(rawValue: 2) && change.values.isEmpty)
    }

    @Test func aReasonIsMissingInEventsOfEarlierReleases() throws {
        let account = ItemTests.account
        let bytes = AccountEvent(
            id: EventID(rawValue: 1),
            change: .accountCreated(account, .init(email: "a@example.org", passwordHash: "h", reason: "why"))
        ).encoded()
        let early = try AccountEvent(decoding: bytes.dropLast(4 + 3))
        #expect(early.change == .accountCreated(account, .init(email: "a@example.org", passwordHash: "h")))
        #expect(throws: DecodeError.self) { try AccountEvent(decoding: bytes.dropLast(2)) }
    }

    @Test func namesOfPicturesAreOfOneForm() {
        let name = PictureName(.avatar, sha256: (0..<32).map { UInt8($0) }, .jpeg)
        #expect(name.description.hasPrefix("avatar-000102") && name.description.hasSuffix("1e1f.jpg"))
        #expect(PictureName(name.description) == name)
        let digits = String(repeating: "0", count: 64)
        for text in [
            "", "avatar", "avatar.png", "avatar-\(digits)", "avatar-\(digits).exe", "banner-\(digits).png",
            "avatar-\(digits.dropLast()).png", "avatar-\(digits.dropLast())A.png", "avatar-\(digits).png.png",
            "../avatar-\(digits).png", "avatar-../\(digits.dropLast(3)).png", "avatar-\(digits.dropLast())/.png",
        ] { #expect(PictureName(text) == nil, "\(text)") }
    }
}
