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
        guard case .files(let bytesMax, let room, let milliseconds) = allowance else {
            let limit = Limits.requestBodyBytes
            try mustFit(request, limit)
            return try read(try await bytes(of: request, bytesMax: limit), of: request, takingFiles: false)
        }
        try mustFit(request, bytesMax)
        try room.enter()
        defer { room.leave() }
        let bytes = try await bytes(of: request, bytesMax: bytesMax, withinMilliseconds: milliseconds)
        return try read(bytes, of: request, takingFiles: true)
    }

    private static func mustFit(_ request: Request, _ bytesMax: Int) throws(ClientError) {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > bytesMax { throw .bodyTooLarge }
    }

    private static func read(
        _ bytes: [UInt8], of request: Request, takingFiles: Bool
    ) throws(ClientError) -> RequestParameters {
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

    /// Nobody reads the body any more when this returns.
    private static func bytes(
        of request: Request, bytesMax: Int, withinMilliseconds milliseconds: Int
    ) async throws(ClientError) -> [UInt8] {
        let outcome = await withTaskGroup(of: Result<[UInt8], ClientError>.self) { group in
            group.addTask {
                do throws(ClientError) {
                    return .success(try await bytes(of: request, bytesMax: bytesMax))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                try? await Task.sleep(for: .milliseconds(milliseconds))
                return .failure(.uploadTooSlow)
            }
            defer { group.cancelAll() }
            return await group.next() ?? .failure(.uploadTooSlow)
        }
        return try outcome.get()
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
