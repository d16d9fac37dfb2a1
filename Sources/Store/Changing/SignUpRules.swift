internal import CanonicalStore
internal import Peers
internal import StatuscastModel

/// What a name, an e-mail address and a password must be; the words are Mastodon's.
enum SignUpRules {
    /// Stands for a password where there is none.
    static let acceptable = String(repeating: "x", count: Limits.passwordBytes.lowerBound)

    /// The problems that can be seen without the store.
    static func problems(
        username: String, email: String, password: String, reason: String = ""
    ) -> [PeerError.Problem] {
        [
            problem(username: username), problem(email: email), problem(password: password), problem(reason: reason),
        ].compactMap { $0 }
    }

    static func refusal(_ problems: [PeerError.Problem]) -> PeerError {
        let texts = problems.map { "\($0.field.prefix(1).uppercased() + $0.field.dropFirst()) \($0.text)" }
        return PeerError(.invalid, "Validation failed: " + texts.joined(separator: ", "), problems: problems)
    }

    /// For each change, in order, whether its name or address belongs to an account, or to a change before it.
    static func refusals(of changes: [Change], _ users: UserStore) async throws(PeerError) -> [PeerError?] {
        let signUps = changes.flatMap(\.signUps)
        guard !signUps.isEmpty else { return changes.map { _ in nil } }
        var taken: (usernames: Set<String>, emails: Set<String>)
        do throws(StoreError) {
            taken = try await users.taken(
                usernames: signUps.map(\.name), emails: signUps.map(\.email))
        } catch {
            throw PeerError(error)
        }
        return changes.map { change in
            let made = change.signUps
            // Of an import, one name that is taken refuses all of it.
            var own: (usernames: Set<String>, emails: Set<String>) = ([], [])
            for (name, email) in made {
                let nameIsFree = !taken.usernames.contains(name) && own.usernames.insert(name).inserted
                let emailIsFree = !taken.emails.contains(email) && own.emails.insert(email).inserted
                var problems: [PeerError.Problem] = []
                if !nameIsFree { problems.append(isTaken("username")) }
                if !emailIsFree { problems.append(isTaken("email")) }
                guard problems.isEmpty else { return refusal(problems) }
            }
            taken.usernames.formUnion(own.usernames)
            taken.emails.formUnion(own.emails)
            return nil
        }
    }

    private static func isTaken(_ field: String) -> PeerError.Problem {
        PeerError.Problem(field: field, error: "ERR_TAKEN", text: "has already been taken")
    }

    private static func problem(username: String) -> PeerError.Problem? {
        func problem(_ error: String, _ text: String) -> PeerError.Problem {
            PeerError.Problem(field: "username", error: error, text: text)
        }
        if username.isEmpty { return problem("ERR_BLANK", "can't be blank") }
        guard username.utf8.allSatisfy(isNameByte) else {
            return problem("ERR_INVALID", "must contain only letters, numbers and underscores")
        }
        guard username.utf8.count <= Limits.usernameCharacters else {
            return problem("ERR_TOO_LONG", "is too long (maximum is \(Limits.usernameCharacters) characters)")
        }
        return nil
    }

    /// One `@` with something before it and a domain behind it, printable ASCII: enough to tell a slip from an address.
    private static func problem(email: String) -> PeerError.Problem? {
        if email.isEmpty { return PeerError.Problem(field: "email", error: "ERR_BLANK", text: "can't be blank") }
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        let isWhole = parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty
        let isPlain = email.utf8.allSatisfy { (0x21...0x7E).contains($0) } && email.utf8.count <= Limits.emailBytes
        let domain = parts.last ?? ""
        guard isWhole, isPlain, !domain.hasPrefix("."), !domain.hasSuffix("."), !domain.contains("..") else {
            return PeerError.Problem(field: "email", error: "ERR_INVALID", text: "is invalid")
        }
        return nil
    }

    private static func problem(password: String) -> PeerError.Problem? {
        func problem(_ error: String, _ text: String) -> PeerError.Problem {
            PeerError.Problem(field: "password", error: error, text: text)
        }
        let bytes = password.utf8.count
        if bytes == 0 { return problem("ERR_BLANK", "can't be blank") }
        if password.count < Limits.passwordBytes.lowerBound {
            return problem("ERR_TOO_SHORT", "is too short (minimum is \(Limits.passwordBytes.lowerBound) characters)")
        }
        if bytes > Limits.passwordBytes.upperBound {
            return problem("ERR_TOO_LONG", "is too long (maximum is \(Limits.passwordBytes.upperBound) bytes)")
        }
        return nil
    }

    private static func problem(reason: String) -> PeerError.Problem? {
        guard reason.count > Limits.signUpReasonCharacters || reason.utf8.count > Limits.signUpReasonBytes else {
            return nil
        }
        return PeerError.Problem(
            field: "reason", error: "ERR_TOO_LONG",
            text: "is too long (maximum is \(Limits.signUpReasonCharacters) characters)")
    }

    /// May be empty. No line breaks or other control characters: it stands on one line wherever it is shown.
    static func problem(displayName: String) -> PeerError.Problem? {
        func problem(_ error: String, _ text: String) -> PeerError.Problem {
            PeerError.Problem(field: "display_name", error: error, text: text)
        }
        guard displayName.count <= Limits.displayNameCharacters else {
            return problem("ERR_TOO_LONG", "is too long (maximum is \(Limits.displayNameCharacters) characters)")
        }
        let isPlain = displayName.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        return isPlain ? nil : problem("ERR_INVALID", "holds control characters")
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
