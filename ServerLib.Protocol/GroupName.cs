using System.Text;

namespace ServerLib.Protocol;

/// <summary>The rules for the names of groups, which are compared as they are.</summary>
internal static class GroupName
{
    /// <summary>Whether <paramref name="name"/> may be a group's: 1 to 255 bytes of UTF-8, no control characters.</summary>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= CompactFrame.MaxNameSize
        && Encoding.UTF8.GetByteCount(name) <= CompactFrame.MaxNameSize
        && TextSanitizer.Escape(name) == name;
}
