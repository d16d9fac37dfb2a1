internal import Mustache

/// The pages for people's browsers, as Mustache templates. What stands in two braces is escaped, what stands in three
/// is HTML that this server has made itself.
struct PageTemplates: Sendable {
    private let library: MustacheLibrary

    /// Throws where a template is malformed, which the tests rule out.
    init() throws {
        var library = MustacheLibrary()
        for (name, text) in PageTemplates.all { try library.register(text, named: name) }
        self.library = library
    }

    static let all = [
        "layout": layout, "status": status, "home": home, "account": account, "thread": thread, "list": list,
        "message": message, "authorize": authorize, "code": code, "signUp": signUp,
    ]

    func html(_ page: String, _ values: [String: Any]) -> String {
        library.render(values, withTemplate: page) ?? ""
    }
}
