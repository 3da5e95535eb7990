/// Finds the name that a mistyped word was probably meant to be.
package enum NearestName {
    /// The name with the fewest edits, the first of equals; `nil` where more than a third of the
    /// word would have to change.
    package static func of(_ word: String, in names: [String]) -> String? {
        let letters = Array(word.lowercased().utf8)
        let limit = max(1, letters.count / 3)
        var best: (name: String, edits: Int)?
        for name in names {
            let edits = edits(letters, Array(name.lowercased().utf8))
            if edits <= limit, edits < best?.edits ?? .max { best = (name, edits) }
        }
        return best?.name
    }

    /// Damerau-Levenshtein distance in its restricted form: no part is edited twice.
    ///
    /// Edits insert, delete or replace a letter or swap two neighbours. O(product of the lengths).
    private static func edits(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1] + last.dropFirst()
            for column in 0..<right.count {
                let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
                var least = min(last[column + 1] + 1, current[column] + 1, replaced)
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    least = min(least, beforeLast[column - 1] + 1)
                }
                current[column + 1] = least
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
