using System.Buffers.Binary;
using System.Globalization;
using ServerLib.Files;

namespace ServerLib.Tests.Files;

/// <summary>Which end of a log is cut, and which damage is refused.</summary>
/// <remarks>
/// A log is written as one word for each page: the number of its transaction, <c>!</c> if it confirms the transaction, <c>~</c> if a sector
/// other than the first is missing, <c>0</c> for a page of zeros, and <c>/</c> for half a page.
/// </remarks>
[TestClass]
public sealed class LogScanTests
{
    private const int PageSize = PageStream.PageSize;

    [TestMethod]
    [DataRow("1! 2 2!", 3, DisplayName = "nothing is torn")]
    [DataRow("1! 2 2", 3, DisplayName = "the last transaction was not committed")]
    [DataRow("1! 2!~", 1, DisplayName = "the last page is torn")]
    [DataRow("1! 0", 1, DisplayName = "the last page is missing")]
    [DataRow("1! 2 0 0", 1, DisplayName = "the last pages are missing")]
    [DataRow("1! 2~ 2 2!", 1, DisplayName = "the first page of the last commit is torn")]
    [DataRow("1! 2 0 2!", 1, DisplayName = "a page within the last commit is missing")]
    [DataRow("1! 2 3~ 3!", 1, DisplayName = "a commit after one that was not committed is torn")]
    [DataRow("1! 2 /", 1, DisplayName = "the file ends within a page")]
    public void The_torn_end_of_a_log_is_cut(string log, int pages) =>
        Assert.AreEqual(pages, Scan(log, isDurable: true).End / PageSize);

    [TestMethod]
    [DataRow("1! 2!~ 3!", DisplayName = "a torn commit of one page")]
    [DataRow("1! 2!~ 3!~", DisplayName = "two torn commits")]
    [DataRow("1! 2!~ 0", DisplayName = "a torn commit with a page after it")]
    [DataRow("1! 2!~ /", DisplayName = "a torn commit with half a page after it")]
    [DataRow("1! 2~ 2! 3!", DisplayName = "a torn page of a commit before the last one")]
    [DataRow("1! 2~ 0 3!", DisplayName = "a torn and a missing page")]
    [DataRow("1! 0 3!", DisplayName = "a missing page that may be a commit")]
    [DataRow("1! 0 3~", DisplayName = "a missing page before a torn one")]
    [DataRow("1! 2 0 3!", DisplayName = "a missing page that may end a commit")]
    [DataRow("1! 0 /", DisplayName = "a missing page before half of one")]
    public void Damage_that_may_concern_a_confirmed_change_is_refused(string log)
    {
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Scan(log, isDurable: true)).Message;
        StringAssert.Contains(message, $"Page {(log.StartsWith("1! 2 ", StringComparison.Ordinal) ? 2 : 1)} of the log is damaged");
    }

    [TestMethod]
    [DataRow("1! 2!~ 3!", 1)]
    [DataRow("1! 0 3 3!", 1)]
    [DataRow("1! 2! 0 4! 5!", 2)]
    public void A_log_without_fsync_ends_at_the_first_damaged_page(string log, int pages) =>
        Assert.AreEqual(pages, Scan(log, isDurable: false).End / PageSize);

    private static LogScan Scan(string log, bool isDurable)
    {
        using var stream = new LogStream(new MemoryStream([.. log.Split(' ').SelectMany(Page)]));
        return LogScan.Read(stream, dataPages: 1, isDurable);
    }

    private static byte[] Page(string word)
    {
        byte[] page = new byte[PageSize];
        if (word == "/")
        {
            BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(14), 9);
            return page[..(PageSize / 2)];
        }

        // An index page with one item in its second sector.
        if (word != "0")
        {
            const int Start = 512, Length = 100;
            page[4] = 3;
            BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(14), uint.Parse(word.TrimEnd('!', '~'), CultureInfo.InvariantCulture));
            page[18] = word.Contains('!', StringComparison.Ordinal) ? (byte)1 : (byte)0;
            page[23] = 1;
            BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(24), Length);
            BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(28), Start + Length);
            BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(PageSize - 4), Length);
            BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(PageSize - 2), Start);
            if (!word.EndsWith('~'))
                page.AsSpan(Start, Length).Fill(7);
        }

        return page;
    }
}
