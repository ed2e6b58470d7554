using System.Globalization;
using System.Text;

namespace ServerLib.Wire;

/// <summary>The rules for names: what may be one, and which two are the same.</summary>
internal static class UserName
{
    /// <summary>A name's greatest length, in Unicode scalar values.</summary>
    public const int MaxLength = 32;

    /// <summary>Removes white space around <paramref name="text"/> as Unicode defines it, U+001C to U+001F included.</summary>
    public static string Trim(string text)
    {
        int start = 0, end = text.Length;
        while (start < end && IsSpace(text[start]))
            start++;
        while (end > start && IsSpace(text[end - 1]))
            end--;
        return text[start..end];

        // char.IsWhiteSpace leaves the four information separators out, which are white space to existing clients.
        static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';
    }

    /// <summary>
    /// The form in which names are compared: NFKC, then simple case folding; joiners, tags and variation selectors, which nobody sees,
    /// are left out.
    /// </summary>
    /// <returns><see langword="null"/> when <paramref name="name"/> is not well-formed Unicode.</returns>
    public static string? Key(string name)
    {
        if (IsAscii(name))
            return name.ToLowerInvariant();
        try
        {
            // Upper case first: it brings together letters with several lower-case forms, such as the two sigmas.
            string folded = name.Normalize(NormalizationForm.FormKC).ToUpperInvariant().ToLowerInvariant();
            return string.Concat(folded.Normalize(NormalizationForm.FormKC).EnumerateRunes().Where(rune => !IsInvisible(rune)));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether <paramref name="name"/> may be a name: 1 to <see cref="MaxLength"/> characters, none of them a control character,
    /// white space, <c>:</c>, or one that turns the direction of text; neither as it is nor in the form in which it is compared.
    /// </summary>
    public static bool IsValid(string name)
    {
        if (!HasOnlyAllowed(name, out int length) || length is 0 or > MaxLength)
            return false;
        return Key(name) is { } key && HasOnlyAllowed(key, out int keyLength) && keyLength > 0;
    }

    /// <summary>Whether two names are the same name.</summary>
    public static bool Same(string left, string right) => Key(left) is { } key && key == Key(right);

    private static bool HasOnlyAllowed(string name, out int length)
    {
        length = 0;
        for (int i = 0; i < name.Length; length++)
        {
            if (!Rune.TryGetRuneAt(name, i, out Rune rune) || !IsAllowed(rune))
                return false;
            i += rune.Utf16SequenceLength;
        }

        return true;
    }

    private static bool IsAllowed(Rune rune)
    {
        if (rune.Value == ':' || Rune.IsWhiteSpace(rune))
            return false;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.SpaceSeparator or UnicodeCategory.Surrogate => false,

            // Bidirectional overrides are format characters; so are the joiners that emoji and some scripts need.
            UnicodeCategory.Format => rune.Value is 0x200C or 0x200D or (>= 0xE0020 and <= 0xE007F),
            _ => true,
        };
    }

    private static bool IsInvisible(Rune rune) =>
        rune.Value is 0x200C or 0x200D or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0020 and <= 0xE007F) or (>= 0xE0100 and <= 0xE01EF);

    private static bool IsAscii(string text) => System.Text.Ascii.IsValid(text);
}
