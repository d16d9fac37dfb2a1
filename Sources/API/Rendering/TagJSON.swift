/// A hashtag as search shows it.
enum TagJSON {
    static func write(_ folded: String, site: Site, to json: inout JSONWriter) {
        json.beginObject()
        json.field("id", folded)
        json.field("name", folded)
        json.field("url", site.tagURL(folded))
        json.emptyArrayField("history")
        json.field("following", false)
        json.endObject()
    }
}
