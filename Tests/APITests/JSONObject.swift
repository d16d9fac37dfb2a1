import Foundation

/// What an answer says, for looking into.
struct JSONObject {
    let members: [String: Any]

    struct NotAnObject: Error {}

    init(_ bytes: [UInt8]) throws { try self.init(Data(bytes)) }

    init(_ data: Data) throws {
        guard let members = try JSONSerialization.jsonObject(with: data) as? [String: Any] else { throw NotAnObject() }
        self.members = members
    }

    subscript(_ name: String) -> Any? { members[name] }
}
