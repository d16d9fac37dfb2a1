internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import StatuscastModel

/// Reads a body, at most `Limits.requestBodyBytes` of it, and its parameters.
enum RequestBodyReader {
    static func parameters(of request: Request) async throws(ClientError) -> RequestParameters {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Limits.requestBodyBytes {
            throw .bodyTooLarge
        }
        let bytes = try await bytes(of: request)
        guard !bytes.isEmpty else { return RequestParameters() }
        let type = request.headers[.contentType] ?? "application/x-www-form-urlencoded"
        switch type.prefix(while: { $0 != ";" }).lowercased().filter({ $0 != " " }) {
        case "application/json": return try .json(bytes)
        case "application/x-www-form-urlencoded": return try .form(bytes)
        case "multipart/form-data":
            guard let boundary = RequestParameters.boundary(of: type) else {
                throw .badRequest("The multipart body has no boundary")
            }
            return try .multipart(bytes, boundary: boundary)
        default: throw ClientError(.unsupportedMediaType, "The content type of the request is not supported")
        }
    }

    private static func bytes(of request: Request) async throws(ClientError) -> [UInt8] {
        do {
            let buffer = try await request.body.collect(upTo: Limits.requestBodyBytes)
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
