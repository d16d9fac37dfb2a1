internal import StatuscastModel

/// What somebody who wants an account has written, and what is wrong with it as far as that shows here.
enum SignUpForm {
    static func problems(_ parameters: RequestParameters) -> [ClientError.Detail] {
        var problems: [ClientError.Detail] = []
        func add(_ field: String, _ code: String, _ description: String) {
            problems.append(.init(field: field, code: code, description: description))
        }
        let username = parameters["username"] ?? ""
        if username.isEmpty {
            add("username", "ERR_BLANK", "can't be blank")
        } else if username.utf8.count > Limits.usernameCharacters {
            add("username", "ERR_TOO_LONG", "is too long (maximum is \(Limits.usernameCharacters) characters)")
        } else if !Username.isValid(username) {
            add("username", "ERR_INVALID", "must contain only letters, numbers and underscores")
        }
        let email = parameters["email"] ?? ""
        if email.isEmpty {
            add("email", "ERR_BLANK", "can't be blank")
        } else if email.utf8.count > Limits.emailBytes || !looksLikeEmail(email) {
            add("email", "ERR_INVALID", "is not a valid e-mail address")
        }
        let password = parameters["password"] ?? ""
        if password.isEmpty {
            add("password", "ERR_BLANK", "can't be blank")
        } else if password.utf8.count < Limits.passwordBytes.lowerBound {
            add("password", "ERR_TOO_SHORT", "is too short (minimum is \(Limits.passwordBytes.lowerBound) characters)")
        } else if password.utf8.count > Limits.passwordBytes.upperBound {
            add("password", "ERR_TOO_LONG", "is too long (maximum is \(Limits.passwordBytes.upperBound) bytes)")
        }
        let reason = reason(parameters)
        if reason.count > Limits.signUpReasonCharacters || reason.utf8.count > Limits.signUpReasonBytes {
            add("reason", "ERR_TOO_LONG", "is too long (maximum is \(Limits.signUpReasonCharacters) characters)")
        }
        if !parameters.flag("agreement") { add("agreement", "ERR_ACCEPTED", "must be accepted") }
        return problems
    }

    /// Why they want it; empty where they do not say.
    static func reason(_ parameters: RequestParameters) -> String {
        (parameters["reason"] ?? "").replacing("\r\n", with: "\n").trimmed
    }

    static func refusal(_ problems: [ClientError.Detail]) -> ClientError {
        var error = ClientError.validation(sentences(problems).joined(separator: ", "))
        error.details = problems
        return error
    }

    static func sentences(_ problems: [ClientError.Detail]) -> [String] {
        problems.map { "\($0.field.prefix(1).uppercased())\($0.field.dropFirst()) \($0.description)" }
    }

    private static func looksLikeEmail(_ email: String) -> Bool {
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !email.contains { $0.isWhitespace }
    }
}
