using ServerLib.Protocol;

namespace ServerLib.Tests.Protocol;

[TestClass]
public sealed class UserNameTests
{
    [TestMethod]
    [DataRow("a")]
    [DataRow("Zoë")]
    [DataRow("名前")]
    [DataRow("o'neil-2_x.y")]
    [DataRow("👩‍💻")]
    [DataRow("12345678901234567890123456789012")]
    [DataRow("😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀")]
    public void IsValid_accepts_names(string name) => Assert.IsTrue(UserName.IsValid(name));

    [TestMethod]
    [DataRow("")]
    [DataRow("two words")]
    [DataRow("tab\tbed")]
    [DataRow("no-break\u00a0space")]
    [DataRow("a:b")]
    [DataRow("a\uff1ab", DisplayName = "a full-width colon, which compares as a colon")]
    [DataRow("a\u001bb")]
    [DataRow("a\u0085b")]
    [DataRow("a\u202eb")]
    [DataRow("a\u2066b")]
    [DataRow("a\u200bb")]
    [DataRow("\u200d", DisplayName = "only a joiner")]
    [DataRow("SERVER\u034f", DisplayName = "a grapheme joiner")]
    [DataRow("SERVER\u17b4", DisplayName = "a Khmer vowel without a glyph")]
    [DataRow("ada\u115f", DisplayName = "a Hangul filler")]
    [DataRow("\u3164", DisplayName = "only a filler")]
    [DataRow("\u2800", DisplayName = "blank Braille")]
    [DataRow("\u0378", DisplayName = "not assigned")]
    [DataRow("\ue000", DisplayName = "private use")]
    [DataRow("S\u0415RVER", DisplayName = "a Cyrillic letter among Latin ones")]
    [DataRow("\u03bfscar", DisplayName = "a Greek letter among Latin ones")]
    [DataRow("123456789012345678901234567890123")]
    public void IsValid_refuses_other_text(string name) => Assert.IsFalse(UserName.IsValid(name));

    [TestMethod]
    [DataRow("", "A name has at least one visible character.")]
    [DataRow("\u200d", "A name has at least one visible character.")]
    [DataRow("Carl Smith", "A name must not contain white space.")]
    [DataRow("no-break\u00a0space", "A name must not contain white space.")]
    [DataRow("a:b", "A name must not contain ':'.")]
    [DataRow("a\uff1ab", "A name must not contain ':'.")]
    [DataRow("a\u001bb", "A name must not contain control characters.")]
    [DataRow("a\u202eb", "A name must not contain invisible characters.")]
    [DataRow("ada\u115f", "A name must not contain invisible characters.")]
    [DataRow("\ue000", "A name must contain only characters that Unicode defines.")]
    [DataRow("p\u0430ypal", "A name must not mix Latin letters with Greek or Cyrillic ones, which look alike.")]
    [DataRow("4fa85f64-5717-4562-b3fc-2c963f66afa6", "A name has at most 32 characters. This one has 36.")]
    public void FindProblem_names_the_rule_that_a_name_breaks(string name, string rule) => Assert.AreEqual(rule, UserName.FindProblem(name));

    [TestMethod]
    public void IsValid_refuses_half_a_surrogate_pair() => Assert.IsFalse(UserName.IsValid("a" + '\ud800' + "b"));

    [TestMethod]
    [DataRow("ada\U00016FE4", DisplayName = "a Khitan filler")]
    [DataRow("ada\U0001D159", DisplayName = "a note without a head")]
    [DataRow("ada\U00013441", DisplayName = "a blank hieroglyph")]
    [DataRow("ada\U00013440", DisplayName = "a hieroglyph mirror")]
    [DataRow("ada\U0001BC9D", DisplayName = "a Duployan thick letter selector")]
    [DataRow("ada\U0001DA9B", DisplayName = "a SignWriting fill modifier")]
    [DataRow("ada\U0001DAAF", DisplayName = "a SignWriting rotation modifier")]
    [DataRow("ada\ufffc", DisplayName = "the object replacement character")]
    [DataRow("\u0301", DisplayName = "only a mark")]
    [DataRow("\u0301ada", DisplayName = "a mark first")]
    [DataRow("\u0903ada", DisplayName = "a spacing mark first")]
    [DataRow("\u20ddada", DisplayName = "an enclosing mark first")]
    [DataRow("\u200d\u0301ada", DisplayName = "a mark after an invisible character")]
    [DataRow("\uff9eada", DisplayName = "a character first that compares as a mark")]
    [DataRow("ada\u17d2", DisplayName = "a Khmer joiner after Latin letters")]
    [DataRow("\u1780\u17d2", DisplayName = "a Khmer joiner at the end")]
    [DataRow("ada\U0001107F", DisplayName = "a Brahmi number joiner")]
    public void IsDrawn_is_false_for_names_with_invisible_characters(string name) => Assert.IsFalse(UserName.IsVisible(name));

    [TestMethod]
    [DataRow("ada")]
    [DataRow("Zoe\u0308")]
    [DataRow("👩‍💻")]
    [DataRow("❤\ufe0f")]
    [DataRow("नमस्ते")]
    [DataRow("\u1781\u17d2\u1798\u17c2\u179a", DisplayName = "Khmer")]
    [DataRow("\u1019\u1004\u103a\u1039\u1002\u101c\u102c", DisplayName = "Myanmar")]
    public void IsDrawn_is_true_for_names(string name) => Assert.IsTrue(UserName.IsValid(name) && UserName.IsVisible(name));

    [TestMethod]
    [DataRow("Alice", "aLICE")]
    [DataRow("Zoë", "ZOE\u0308")]
    [DataRow("ﬁn", "FIN")]
    [DataRow("ΣΑΣ", "σας")]
    [DataRow("K", "\u212a", DisplayName = "the Kelvin sign")]
    [DataRow("ａｌｉｃｅ", "alice")]
    [DataRow("al\u200dice", "alice")]
    [DataRow("alice\U000E0041", "alice", DisplayName = "an invisible tag character")]
    public void Same_compares_by_NFKC_and_case_folding(string left, string right)
    {
        Assert.IsTrue(UserName.Same(left, right));
        Assert.AreEqual(UserName.Key(left), UserName.Key(right));
    }

    [TestMethod]
    public void Same_tells_different_names_apart()
    {
        Assert.IsFalse(UserName.Same("alice", "alicf"));
        Assert.IsFalse(UserName.Same("zoe", "zoë"));
        Assert.IsFalse(UserName.Same("a" + '\ud800', "a" + '\ud800'), "Malformed Unicode equals nothing.");
    }

    [TestMethod]
    [DataRow('\u00c0', true, DisplayName = "the first Latin letter with an accent")]
    [DataRow('\u024f', true, DisplayName = "the last one")]
    [DataRow('\u00bf', false, DisplayName = "before the first one")]
    [DataRow('\u0250', false, DisplayName = "after the last one")]
    [DataRow('\uff21', true, DisplayName = "the first full-width letter")]
    [DataRow('\uff5a', true, DisplayName = "the last full-width letter")]
    [DataRow('\uff15', false, DisplayName = "a full-width digit")]
    public void Letters_count_as_Latin_by_their_blocks(char c, bool isLatin) => Assert.AreEqual(!isLatin, UserName.IsValid($"{c}\u0430"));

    [TestMethod]
    [DataRow('\u0370')]
    [DataRow('\u052f')]
    [DataRow('\u1f00')]
    [DataRow('\u1ffe')]
    public void Greek_and_Cyrillic_letters_must_not_be_mixed_with_Latin_ones(char c) => Assert.IsFalse(UserName.IsValid($"a{c}{c}"));

    [TestMethod]
    [DataRow("\ufe00")]
    [DataRow("\ufe0f")]
    [DataRow("\U000E0020")]
    [DataRow("\U000E007F")]
    [DataRow("\U000E0100")]
    [DataRow("\U000E01EF")]
    public void Key_omits_variation_selectors_and_tags(string invisible) => Assert.AreEqual("al\u00efce", UserName.Key($"Al\u00ef{invisible}ce"));

    [TestMethod]
    [DataRow("\U000E0020", true)]
    [DataRow("\U000E007F", true)]
    [DataRow("\U000E0001", false)]
    [DataRow("\u180b", false)]
    [DataRow("\u180f", false)]
    public void IsValid_accepts_tags_but_no_other_format_characters(string text, bool isValid) =>
        Assert.AreEqual(isValid, UserName.IsValid($"\u00ef{text}"));

    [TestMethod]
    [DataRow("ada\U00013442")]
    [DataRow("ada\U0001DA9F")]
    [DataRow("ada\U0001DAA1")]
    [DataRow("\u17d2\u1780")]
    public void IsDrawn_is_false_at_the_edges_of_the_blank_ranges(string name) => Assert.IsFalse(UserName.IsVisible(name));

    [TestMethod]
    public void Shown_cuts_a_name_that_is_too_long()
    {
        Assert.AreEqual(new string('x', 32), UserName.Shown(new string('x', 32)));
        Assert.AreEqual(new string('x', 32) + "...", UserName.Shown(new string('x', 33)));
        Assert.AreEqual("a\\nb", UserName.Shown("a\nb"));
    }

    [TestMethod]
    [DataRow("  bob \r\n", "bob")]
    [DataRow("\u001c\u001d\u001e\u001fbob\u001f", "bob")]
    [DataRow("\u00a0\u3000bob\u2029", "bob")]
    [DataRow("b b", "b b")]
    [DataRow(" \n", "")]
    public void Trim_removes_all_Unicode_white_space(string text, string expected) =>
        Assert.AreEqual(expected, UserName.Trim(text));
}
