import FaultyFiles
import HTTPTypes
import Testing

@testable import API

/// What a client may send along: refused with 400 or 422, or text without NUL.
extension FuzzSuite {
    @Test func parameters() async throws {
        let multipart =
            "--b\r\nContent-Disposition: form-data; name=\"status\"\r\n\r\nhi\r\nthere\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n\u{1}\r\n--b--\r\n"
        let corpus = [
            "status=hi+there&media_ids[]=1&id%5B%5D=2&f=%C3%A9", "max_id=12&since_id=3&min_id=0&limit=40",
            #"{"status":"é\u00e9","n":5e3,"yes":true,"gone":null,"ids":["1",2],"poll":{"options":["a"]}}"#,
            multipart, "multipart/form-data; charset=x; Boundary=\"a b\"",
        ].map { Array($0.utf8) }
        try await Fuzzing.run("parameters", corpus: corpus, leastInputs: 500) { input, _ in
            for form in BodyForm.allCases { try Self.use(form, input) }
            _ = RequestParameters.boundary(of: String(decoding: input, as: UTF8.self))
        }
    }

    private static func use(_ form: BodyForm, _ input: [UInt8]) throws {
        do throws(ClientError) {
            let parameters = try form.read(input)
            for pair in parameters.pairs where (pair.name + pair.value).utf8.contains(0) {
                throw ClientError.unavailable("NUL in \(pair.name)")
            }
            for pair in parameters.pairs {
                _ = (parameters.list(pair.name), parameters.flag(pair.name), parameters.integer(pair.name))
            }
            let page = try PageQuery(parameters)
            if page.limit < 1 || page.limit > 40 { throw ClientError.unavailable("a limit of \(page.limit)") }
        } catch {
            guard [400, 422].contains(error.status.code) else { throw Wrong("\(error)") }
        }
    }
}

private enum BodyForm: CaseIterable {
    case form, json, multipart

    func read(_ bytes: [UInt8]) throws(ClientError) -> RequestParameters {
        switch self {
        case .form: try .form(bytes)
        case .json: try .json(bytes)
        case .multipart: try .multipart(bytes, boundary: "b")
        }
    }
}
