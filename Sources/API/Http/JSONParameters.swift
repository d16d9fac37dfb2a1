internal import Foundation

extension RequestParameters {
    private static let depthMax = 8

    /// A JSON object; `null` counts as absent.
    static func json(_ bytes: [UInt8]) throws(ClientError) -> RequestParameters {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw .validation("the request body is not valid UTF-8")
        }
        guard let value = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
            throw .badRequest("The request body is not a JSON object")
        }
        var parameters = RequestParameters()
        for (name, member) in value { try parameters.add(name, json: member, depth: 1) }
        return parameters
    }

    private mutating func add(_ name: String, json value: Any, depth: Int) throws(ClientError) {
        guard depth <= RequestParameters.depthMax else { throw .badRequest("The request body is nested too deeply") }
        switch value {
        case is NSNull: break
        case let text as String: try add(name, text)
        case let list as [Any]:
            // Objects in a list are told apart by their place: their members come in no order.
            for (index, element) in list.enumerated() {
                let place = element is [String: Any] ? "[\(index)]" : "[]"
                try add(name + place, json: element, depth: depth + 1)
            }
        case let object as [String: Any]:
            for (key, member) in object { try add("\(name)[\(key)]", json: member, depth: depth + 1) }
        case let number as NSNumber:
            // Foundation hands JSON's booleans out as numbers of the C type `char`.
            let isFlag = String(cString: number.objCType) == "c"
            try add(name, isFlag ? (number.boolValue ? "true" : "false") : number.stringValue)
        default: throw .badRequest("The request body holds a value of an unknown kind")
        }
    }
}
