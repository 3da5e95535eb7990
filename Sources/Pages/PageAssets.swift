/// A file that pages refer to.
package struct PageAsset: Sendable {
    /// The file name without a folder.
    package let name: String
    package let contentType: String
    package let bytes: [UInt8]

    /// Where pages look for it.
    package var path: String { "/assets/\(name)" }
}

/// The files that pages refer to: one style sheet, one script, one icon.
package enum PageAssets {
    package static let styleSheet = PageAsset(
        name: "page.css",
        contentType: "text/css; charset=utf-8",
        bytes: PackageResources.page_css
    )

    package static let script = PageAsset(
        name: "page.js",
        contentType: "text/javascript; charset=utf-8",
        bytes: PackageResources.page_js
    )

    package static let icon = PageAsset(
        name: "icon.svg",
        contentType: "image/svg+xml",
        bytes: PackageResources.icon_svg
    )

    package static let all = [styleSheet, script, icon]

    /// The file of a name.
    package static func asset(named name: String) -> PageAsset? { all.first { $0.name == name } }
}
