/// A filter whose words are ready to be compared with texts.
public struct FilterMatcher: Sendable {
    public let filter: Filter
    private let keywords: [FoldedText]

    public init(_ filter: Filter) {
        self.filter = filter
        keywords = filter.keywords.map { FoldedText($0.text) }
    }

    public var contexts: Filter.Contexts { filter.contexts }
    public func isInForce(atUnixMilliseconds now: UInt64) -> Bool { filter.isInForce(atUnixMilliseconds: now) }

    /// The first keyword that the text holds, as its owner wrote it.
    public func firstMatch(in text: FoldedText) -> String? {
        for (keyword, term) in zip(filter.keywords, keywords) where text.contains(term, wholeWord: keyword.wholeWord) {
            return keyword.text
        }
        return nil
    }
}
