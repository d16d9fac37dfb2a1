internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// The picture of everybody who has none of their own: a small grey square (PNG, 8 by 8).
struct PictureEndpoints: Sendable {
    private static let png =
        Data(
            base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mPo"
                + "mrIMK2IYWhIAIFxxAWc0T4sAAAAASUVORK5CYII=") ?? Data()

    static let paths = ["/avatars/original/missing.png", "/headers/original/missing.png"]

    func add(to routes: Routes) {
        for path in PictureEndpoints.paths {
            routes.get(path) { _ throws(ClientError) in PictureEndpoints.answer() }
        }
    }

    private static func answer() -> Response {
        var headers = CommonHeaders.plain
        headers[.contentType] = "image/png"
        headers[.cacheControl] = "public, max-age=86400"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: png)))
    }
}
