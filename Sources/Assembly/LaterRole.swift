internal import Foundation
internal import Settings

/// An executable whose role is not in this release: it says so and fails, so that no script takes it for running.
public enum LaterRole {
    public static func refuse(_ name: String, _ purpose: String) -> Never {
        let text = "\(name): not in release \(Release.version): \(purpose) come in a later one; see README.md\n"
        FileHandle.standardError.write(Data(text.utf8))
        exit(69)
    }
}
