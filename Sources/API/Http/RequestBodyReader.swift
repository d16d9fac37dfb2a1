internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import StatuscastModel

/// Reads a body, at most `Limits.requestBodyBytes` of it or what the endpoint takes, and its parameters.
enum RequestBodyReader {
    static func parameters(
        of request: Request, allowing allowance: BodyAllowance = .parameters
    ) async throws(ClientError) -> RequestParameters {
        guard case .files(let bytesMax, let room) = allowance else {
            return try await parameters(of: request, bytesMax: Limits.requestBodyBytes, takingFiles: false)
        }
        try room.enter()
        defer { room.leave() }
        return try await parameters(of: request, bytesMax: bytesMax, takingFiles: true)
    }

    private static func parameters(
        of request: Request, bytesMax: Int, takingFiles: Bool
    ) async throws(ClientError) -> RequestParameters {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > bytesMax { throw .bodyTooLarge }
        let bytes = try await bytes(of: request, bytesMax: bytesMax)
        guard !bytes.isEmpty else { return RequestParameters() }
        let type = request.headers[.contentType] ?? "application/x-www-form-urlencoded"
        switch type.prefix(while: { $0 != ";" }).lowercased().filter({ $0 != " " }) {
        case "application/json": return try .json(bytes)
        case "application/x-www-form-urlencoded": return try .form(bytes)
        case "multipart/form-data":
            guard let boundary = RequestParameters.boundary(of: type) else {
                throw .badRequest("The multipart body has no boundary")
            }
            return try .multipart(bytes, boundary: boundary, takingFiles: takingFiles)
        default: throw ClientError(.unsupportedMediaType, "The content type of the request is not supported")
        }
    }

    private static func bytes(of request: Request, bytesMax: Int) async throws(ClientError) -> [UInt8] {
        do {
            let buffer = try await request.body.collect(upTo: bytesMax)
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw .bodyTooLarge
        } catch {
            throw .badRequest("The request body ended too early")
        }
    }
}

/// `Authorization: Basic`, as some clients send an application's credentials.
enum BasicCredentials {
    static func read(_ headers: HTTPFields) -> (user: String, password: String)? {
        guard let header = headers[.authorization], header.lowercased().hasPrefix("basic "),
            let data = Data(base64Encoded: String(header.dropFirst("basic ".count))),
            let text = String(validating: data, as: UTF8.self), let colon = text.firstIndex(of: ":")
        else { return nil }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }
}
