using System.Globalization;
using System.Text;

namespace ServerLib;

/// <summary>The rules for user names: which are valid, and which are equal.</summary>
public static class UserName
{
    /// <summary>The longest valid name, in Unicode scalar values.</summary>
    public const int MaxLength = 32;

    private const string Invisible = "A name must not contain invisible characters.";
    private const string NotUnicode = "A name must be valid Unicode text.";

    /// <summary>
    /// Whether the runtime can normalize text. It cannot in invariant globalization mode: different spellings of a name would be different
    /// names.
    /// </summary>
    internal static bool CanCompare => "e\u0301".Normalize(NormalizationForm.FormKC) == "\u00e9";

    /// <summary>Removes white space around <paramref name="text"/>, as Unicode defines it, including U+001C to U+001F.</summary>
    internal static string Trim(string text)
    {
        int start = 0, end = text.Length;
        while (start < end && IsSpace(text[start]))
            start++;
        while (end > start && IsSpace(text[end - 1]))
            end--;
        return text[start..end];

        // For existing clients, the four information separators are white space. char.IsWhiteSpace does not include them.
        static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';
    }

    /// <summary>
    /// The form in which names are compared: NFKC, then simple case folding, without invisible characters (joiners, tags and variation
    /// selectors).
    /// </summary>
    /// <param name="name">The name; any text.</param>
    /// <returns>The key; <see langword="null"/> if <paramref name="name"/> is not well-formed Unicode.</returns>
    public static string? Key(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (IsAscii(name))
            return name.ToLowerInvariant();
        try
        {
            // Upper case first, because some letters have several lower-case forms, such as the two sigmas.
            string folded = name.Normalize(NormalizationForm.FormKC).ToUpperInvariant().ToLowerInvariant();
            return string.Concat(folded.Normalize(NormalizationForm.FormKC).EnumerateRunes().Where(rune => !IsInvisible(rune)));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether <paramref name="name"/> is a valid name: 1 to <see cref="MaxLength"/> characters. Control characters, white space, <c>:</c>,
    /// invisible characters, and characters that change the direction of text are not allowed. The same applies to the name's
    /// <see cref="Key"/>. Latin letters must not be mixed with Greek or Cyrillic letters, which look alike.
    /// </summary>
    /// <param name="name">The name; any text.</param>
    public static bool IsValid(string name) => FindProblem(name) is null;

    /// <summary>Finds the rule of <see cref="IsValid"/> that a name breaks.</summary>
    /// <param name="name">The name; any text.</param>
    /// <returns>The rule, as a sentence for the user; <see langword="null"/> if the name is valid.</returns>
    public static string? FindProblem(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (FindProblemOfCharacters(name, out int length) is { } problem)
            return problem;
        if (length > MaxLength)
            return string.Create(CultureInfo.InvariantCulture, $"A name has at most {MaxLength} characters. This one has {length}.");
        if (MixesScripts(name))
            return "A name must not mix Latin letters with Greek or Cyrillic ones, which look alike.";
        return Key(name) is { } key ? FindProblemOfCharacters(key, out _) : NotUnicode;
    }

    /// <summary>
    /// Whether every character of a valid name is drawn, so that no new name looks like another one. Blank characters, and marks without a
    /// letter before them, are not allowed. Existing accounts keep their names.
    /// </summary>
    internal static bool IsVisible(string name) => HasOnlyVisible(name) && Key(name) is { } key && HasOnlyVisible(key);

    /// <summary>A peer's name for a log line: escaped, and cut if it is too long.</summary>
    internal static string Shown(string name) => TextSanitizer.Escape(name.Length <= MaxLength ? name : name[..MaxLength] + "...");

    /// <summary>Whether two names are equal, which means that they have the same <see cref="Key"/>.</summary>
    /// <param name="left">A name.</param>
    /// <param name="right">Another name.</param>
    public static bool Same(string left, string right) => Key(left) is { } key && key == Key(right);

    private static string? FindProblemOfCharacters(string name, out int length)
    {
        length = 0;
        string? problem = null;
        for (int i = 0; i < name.Length; length++)
        {
            if (!Rune.TryGetRuneAt(name, i, out Rune rune))
                return NotUnicode;
            problem ??= FindProblem(rune);
            i += rune.Utf16SequenceLength;
        }

        return length == 0 ? "A name has at least one visible character." : problem;
    }

    private static string? FindProblem(Rune rune)
    {
        if (rune.Value == ':')
            return "A name must not contain ':'.";
        if (Rune.IsWhiteSpace(rune))
            return "A name must not contain white space.";
        if (IsFiller(rune))
            return Invisible;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator
                => "A name must not contain white space.",
            UnicodeCategory.Control or UnicodeCategory.Surrogate => "A name must not contain control characters.",
            UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse => "A name must contain only characters that Unicode defines.",

            // Format characters include bidirectional overrides, but also the joiners that emoji and some scripts need.
            UnicodeCategory.Format => rune.Value is 0x200C or 0x200D or (>= 0xE0020 and <= 0xE007F) ? null : Invisible,
            _ => null,
        };
    }

    // Letters and marks without a glyph: the fillers of Hangul and Khmer, the grapheme joiner, the blank Braille pattern.
    private static bool IsFiller(Rune rune) =>
        rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2800 or 0x3164 or 0xFFA0;

    private static bool HasOnlyVisible(string name)
    {
        Rune[] runes = [.. name.EnumerateRunes()];
        for (int i = 0; i < runes.Length; i++)
        {
            if (IsBlank(runes[i]) || (i == 0 && IsMark(runes[i])))
                return false;
            if (JoinsNeighbors(runes[i]) && !(IsNear(i, i - 1) && IsNear(i, i + 1)))
                return false;
        }

        return true;

        // Near means in the same script: none of these scripts has a block of more than 256 characters.
        bool IsNear(int joiner, int other) =>
            other >= 0 && other < runes.Length && runes[other].Value >> 8 == runes[joiner].Value >> 8;
    }

    // Blanks, and modifiers that have no glyph of their own: of Egyptian hieroglyphs, Khitan, Duployan, musical notation and SignWriting;
    // and the object replacement character.
    private static bool IsBlank(Rune rune) =>
        rune.Value is 0xFFFC or (>= 0x13440 and <= 0x13442) or 0x16FE4 or 0x1BC9D or 0x1D159
            or (>= 0x1DA9B and <= 0x1DA9F) or (>= 0x1DAA1 and <= 0x1DAAF);

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    // Characters that join the letters around them and are invisible elsewhere: of Myanmar, Khmer, Tai Tham, Tifinagh and so on.
    private static bool JoinsNeighbors(Rune rune) =>
        rune.Value is 0x1039 or 0x17D2 or 0x1A60 or 0x2D7F or 0x10A3F or 0x1107F or 0x11133 or 0x113D0 or 0x1193E or 0x11A47 or 0x11A99
            or 0x11D45 or 0x11D97 or 0x11F42;

    private static bool MixesScripts(string name)
    {
        bool hasLatin = false, hasLookalike = false;
        foreach (char c in name)
        {
            hasLatin |= char.IsAsciiLetter(c) || c is >= '\u00c0' and <= '\u024f' or >= '\uff21' and <= '\uff5a';
            hasLookalike |= c is >= '\u0370' and <= '\u052f' or >= '\u1f00' and <= '\u1fff';
        }

        return hasLatin && hasLookalike;
    }

    private static bool IsInvisible(Rune rune) =>
        rune.Value is 0x200C or 0x200D or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0020 and <= 0xE007F) or (>= 0xE0100 and <= 0xE01EF);

    private static bool IsAscii(string text) => System.Text.Ascii.IsValid(text);
}
