using System.Text;

namespace ServerLib.Protocol;

/// <summary>The rules for group names. They are case-sensitive.</summary>
internal static class GroupName
{
    /// <summary>The rule, as a sentence for the user.</summary>
    public const string Rule = "A group's name has 1 to 255 bytes of UTF-8, and no control characters.";

    /// <summary>Whether <paramref name="name"/> is a valid group name: 1 to 255 bytes of UTF-8 without control characters.</summary>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= CompactFrame.MaxNameSize
        && Encoding.UTF8.GetByteCount(name) <= CompactFrame.MaxNameSize
        && TextSanitizer.Escape(name) == name;
}
