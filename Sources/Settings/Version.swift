/// The release; CHANGELOG.md says what is in it.
public enum Release {
    public static let version = "0.1.0"
}
