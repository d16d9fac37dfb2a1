/// A hashtag as search shows it.
enum TagJSON {
    static func write(
        _ folded: String, site: Site, following: Bool = false, featuring: Bool = false, to json: inout JSONWriter
    ) {
        json.beginObject()
        json.field("id", folded)
        json.field("name", folded)
        json.field("url", site.tagURL(folded))
        json.emptyArrayField("history")
        json.field("following", following)
        json.field("featuring", featuring)
        json.endObject()
    }
}
