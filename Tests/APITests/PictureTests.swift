import DurableFiles
import Foundation
import HTTPTypes
import Logging
import StatuscastModel
import Testing

@testable import API

@Suite struct PictureTests {
    private static func bytes(_ text: String, _ more: [UInt8] = []) -> [UInt8] { Array(text.utf8) + more }
    private static let png = TwoColorPNG.encoded(width: 30, height: 20, palette: [0, 0, 0, 9, 9, 9]) { x, _ in x > 9 }
    private static let jpegHead: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xDB, 0, 3, 7]

    private static let known: [(PictureName.Format, Int, Int, [UInt8])] = [
        (.png, 30, 20, png),
        (.gif, 300, 2, bytes("GIF87a", [44, 1, 2, 0])), (.gif, 1, 1, bytes("GIF89a", [1, 0, 1, 0])),
        (.jpeg, 200, 258, jpegHead + [0xFF, 0xFF, 0xC0, 0, 17, 8, 1, 2, 0, 200]),
        (.jpeg, 5, 6, jpegHead + [0xFF, 0xC2, 0, 17, 8, 0, 6, 0, 5]),
        (.webp, 16, 9, bytes("RIFF....WEBPVP8 ....", [0, 0, 0, 0x9D, 1, 0x2A, 16, 0, 9, 0x40])),
        (.webp, 4, 2, bytes("RIFF....WEBPVP8L....", [0x2F, 3, 0x40, 0, 0])),
        (.webp, 257, 2, bytes("RIFF....WEBPVP8X....", [0, 0, 0, 0, 0, 1, 0, 1, 0, 0])),
    ]

    @Test func typeAndSizeAreToldFromTheFirstBytes() throws {
        for (format, width, height, bytes) in Self.known {
            let found = try #require(PictureFormat(of: bytes), "\(format) \(width)x\(height)")
            #expect(found.format == format && found.width == width && found.height == height)
        }
    }

    @Test func whatIsCutOffOrSomethingElseIsNoPicture() {
        for (format, _, _, bytes) in Self.known {
            let needed = format == .png ? 24 : bytes.count
            for count in 0..<needed {
                #expect(PictureFormat(of: Array(bytes.prefix(count))) == nil, "\(format) \(count)")
            }
        }
        for bytes in [
            Self.bytes("<svg xmlns='http://www.w3.org/2000/svg'/>"), Self.bytes("<html><script>"),
            Self.bytes("GIF89a", [0, 0, 1, 0]), Self.bytes("%PDF-1.4"), Self.jpegHead + [0xFF, 0xD9],
            Self.jpegHead + [0xFF, 0xE1, 0, 1], Self.jpegHead + [0xFF, 0xE1, 0xFF, 0xFF],
        ] { #expect(PictureFormat(of: bytes) == nil) }
    }

    @Test func aGeneratedPictureIsOfItsAccount() throws {
        let (ada, bob) = (AccountID(rawValue: 5 << 16), AccountID(rawValue: 6 << 16))
        for (purpose, width, height) in [(PictureName.Purpose.avatar, 120, 120), (.header, 480, 160)] {
            let png = GeneratedPicture.png(purpose, of: ada)
            let format = try #require(PictureFormat(of: png))
            #expect(format.format == .png && format.width == width && format.height == height)
            #expect(png == GeneratedPicture.png(purpose, of: ada) && png != GeneratedPicture.png(purpose, of: bob))
        }
    }

    @Test func aPictureIsKeptUnderItsHashAndOldOnesMakeRoom() async throws {
        let directory = NSTemporaryDirectory() + "pictures-\(UInt32.random(in: 0...UInt32.max))"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = PictureStore(
            sharedDirectory: directory, threads: FileThreads(name: "test", count: 1), logger: Logger(label: "test"))
        let ada = AccountID(rawValue: 5 << 16)
        let first = try await store.keep(Self.png, as: .avatar, of: ada, inUse: [])
        #expect(first.format == .png && first.purpose == .avatar)
        #expect(try await store.keep(Self.png, as: .avatar, of: ada, inUse: []) == first)
        #expect(try await store.bytes(of: first, of: ada) == Self.png)
        #expect(try await store.bytes(of: first, of: AccountID(rawValue: 9)) == nil)
        var last = first
        for number in 0..<UInt8(PictureStore.filesMax + 5) {
            last = try await store.keep(Self.png + [number], as: .avatar, of: ada, inUse: [first.description])
        }
        #expect(try await store.bytes(of: first, of: ada) == Self.png, "it is in use")
        #expect(try await store.bytes(of: last, of: ada)?.count == Self.png.count + 1)
        let left = try FileManager.default.subpathsOfDirectory(atPath: directory).filter { $0.hasSuffix(".png") }
        #expect(left.count <= PictureStore.filesMax)
        #expect(try FileManager.default.subpathsOfDirectory(atPath: directory).allSatisfy { !$0.hasSuffix(".new") })
    }

    @Test func whatIsTooLargeIsRefusedBeforeItIsWritten() async throws {
        let directory = NSTemporaryDirectory() + "pictures-\(UInt32.random(in: 0...UInt32.max))"
        let store = PictureStore(
            sharedDirectory: directory, threads: FileThreads(name: "test", count: 1), logger: Logger(label: "test"))
        let huge = Self.png + [UInt8](repeating: 0, count: Limits.pictureBytes)
        for bytes in [huge, Self.bytes("GIF89a", [1, 0, 1, 0x20]), Self.bytes("<svg/>"), []] {
            let error = await #expect(throws: ClientError.self) {
                try await store.keep(bytes, as: .header, of: AccountID(rawValue: 5), inUse: [])
            }
            #expect(error?.status.code == 422)
        }
        #expect(!FileManager.default.fileExists(atPath: directory))
    }
}
