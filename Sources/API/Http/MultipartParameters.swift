extension RequestParameters {
    /// `multipart/form-data`: the text fields, and the parts with a file name where the endpoint takes files.
    static func multipart(
        _ bytes: [UInt8], boundary: String, takingFiles: Bool = false
    ) throws(ClientError) -> RequestParameters {
        var parameters = RequestParameters()
        let delimiter = Array("--\(boundary)".utf8)
        var rest = bytes[...]
        guard let first = rest.firstRange(of: delimiter) else {
            throw .badRequest("The multipart body has no boundary")
        }
        rest = rest[first.upperBound...]
        while !rest.starts(with: "--".utf8) {
            guard rest.starts(with: lineEnd) else { throw .badRequest("The multipart body is malformed") }
            rest = rest.dropFirst(lineEnd.count)
            guard let end = firstRange(of: lineEnd + delimiter, in: rest) else {
                throw .badRequest("The multipart body ends too early")
            }
            try parameters.addPart(rest[..<end.lowerBound], takingFiles: takingFiles)
            rest = rest[end.upperBound...]
        }
        return parameters
    }

    /// The boundary that a `Content-Type` names.
    static func boundary(of contentType: String) -> String? {
        for part in contentType.split(separator: ";").dropFirst() {
            let trimmed = part.drop { $0 == " " }
            guard trimmed.lowercased().hasPrefix("boundary=") else { continue }
            let value = trimmed.dropFirst("boundary=".count)
            let bare = value.hasPrefix("\"") && value.hasSuffix("\"") ? value.dropFirst().dropLast() : value
            return (1...200).contains(bare.utf8.count) ? String(bare) : nil
        }
        return nil
    }

    private static let lineEnd = Array("\r\n".utf8)

    /// Fast enough for files: looks for the first byte alone until it is there.
    private static func firstRange(of wanted: [UInt8], in bytes: ArraySlice<UInt8>) -> Range<Int>? {
        guard let first = wanted.first else { return nil }
        return bytes.withUnsafeBufferPointer { buffer in
            var place = 0
            while place + wanted.count <= buffer.count {
                if buffer[place] == first, buffer[place..<place + wanted.count].elementsEqual(wanted) {
                    return bytes.startIndex + place..<bytes.startIndex + place + wanted.count
                }
                place += 1
            }
            return nil
        }
    }

    private mutating func addPart(_ part: ArraySlice<UInt8>, takingFiles: Bool) throws(ClientError) {
        guard let blank = part.firstRange(of: RequestParameters.lineEnd + RequestParameters.lineEnd),
            let headers = String(validating: part[..<blank.lowerBound], as: UTF8.self)
        else { throw .badRequest("The headers of a multipart field are malformed") }
        let content = part[blank.upperBound...]
        guard let disposition = RequestParameters.disposition(in: headers) else {
            throw .badRequest("A multipart field has no name")
        }
        if disposition.isFile {
            if takingFiles, !content.isEmpty {
                try add(UploadedFile(field: disposition.name, bytes: Array(content)))
            }
            return
        }
        guard let value = String(validating: content, as: UTF8.self) else {
            throw .validation("\(RequestParameters.shown(disposition.name)) is not valid UTF-8")
        }
        try add(disposition.name, value)
    }

    private static func disposition(in headers: String) -> (name: String, isFile: Bool)? {
        for line in headers.split(separator: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
            var name: String?
            var isFile = false
            for part in line.split(separator: ";").dropFirst() {
                let trimmed = part.drop { $0 == " " }
                if trimmed.hasPrefix("name=") { name = unquoted(trimmed.dropFirst("name=".count)) }
                if trimmed.hasPrefix("filename") { isFile = true }
            }
            return name.map { ($0, isFile) }
        }
        return nil
    }

    private static func unquoted(_ text: Substring) -> String {
        text.hasPrefix("\"") && text.hasSuffix("\"") && text.count >= 2
            ? String(text.dropFirst().dropLast()) : String(text)
    }
}
