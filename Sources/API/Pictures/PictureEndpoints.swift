internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import StatuscastModel

/// `/pictures/<account>/<name>`: avatars and headers, uploaded or generated.
struct PictureEndpoints: Sendable {
    let pictures: PictureStore

    static let prefix = "/pictures/"

    func add(to routes: Routes) {
        routes.get("/pictures/:account/:name") { call async throws(ClientError) in try await picture(call) }
    }

    /// The address of a picture below the origin; an empty name is that of a generated one.
    static func path(_ purpose: PictureName.Purpose, _ name: String, of account: UInt64) -> String {
        "\(prefix)\(account)/\(name.isEmpty ? generatedName(purpose) : name)"
    }

    private static func generatedName(_ purpose: PictureName.Purpose) -> String { "\(purpose.rawValue).png" }

    private func picture(_ call: Call) async throws(ClientError) -> Response {
        let account: AccountID = try call.id("account")
        let written = call.captures["name"] ?? ""
        for purpose in PictureName.Purpose.allCases where written == PictureEndpoints.generatedName(purpose) {
            // How they are drawn may change with a release.
            return answer(
                GeneratedPicture.png(purpose, of: account), .png, "public, max-age=604800",
                entityTag: "\"\(purpose.rawValue)-\(account)-1\"")
        }
        guard let name = PictureName(written), let bytes = try await pictures.bytes(of: name, of: account) else {
            throw .notFound
        }
        return answer(bytes, name.format, "public, max-age=31536000, immutable", entityTag: "\"\(name)\"")
    }

    /// Whatever the bytes turn out to be for a browser, they are shown as a picture, and run nothing.
    private func answer(
        _ bytes: [UInt8], _ format: PictureName.Format, _ caching: String, entityTag: String
    ) -> Response {
        var headers = CommonHeaders.plain
        headers[.contentType] = "image/\(format)"
        headers[.cacheControl] = caching
        headers[.eTag] = entityTag
        headers[.contentSecurityPolicy] = "default-src 'none'; sandbox"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
