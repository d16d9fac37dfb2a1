internal import Foundation

/// A line on standard output that people and scripts wait for; written at once, whatever standard output is.
public enum Announcement {
    public static func print(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
