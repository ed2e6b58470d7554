using System.Buffers.Binary;

namespace ServerLib.Files;

/// <summary>A page in LiteDB's log. LiteDB has no checksums, so this checks everything in the page that depends on something else in it.</summary>
/// <param name="bytes">The page.</param>
internal readonly ref struct LogPage(ReadOnlySpan<byte> bytes)
{
    private const int HeaderSize = 32;
    private const int SlotSize = 4;
    private const int SectorSize = 512;
    private const int NoSlot = 255;

    // More zeros in a row than any value of ours contains: a hash of 32 bytes can be zero.
    private const int TooManyZeros = 48;

    private static ReadOnlySpan<byte> FileMark => "** This is a LiteDB file **"u8;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    private enum PageType : byte
    {
        Empty = 0,
        Header = 1,
        Data = 4,
    }

    /// <summary>The page's place in the data file, counted from 0.</summary>
    public uint Id => BinaryPrimitives.ReadUInt32LittleEndian(_bytes);

    /// <summary>The transaction that wrote it.</summary>
    public uint Transaction => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[14..]);

    /// <summary>Whether it is the last page of a committed transaction.</summary>
    public bool IsConfirmed => _bytes[18] != 0;

    /// <summary>Whether the sector that contains the header was written.</summary>
    public bool HasHeader => _bytes[..SectorSize].ContainsAnyExcept((byte)0);

    private byte Type => _bytes[4];

    /// <summary>Whether the page was written completely, as far as its contents show.</summary>
    /// <param name="pages">The number of pages that exist, including those in the log. No page has a higher <see cref="Id"/>.</param>
    public bool IsWhole(long pages)
    {
        if (Id >= pages || Transaction == 0 || _bytes[18] > 1 || Type > (byte)PageType.Data)
            return false;
        return (PageType)Type switch
        {
            PageType.Empty => true,
            PageType.Header => Id == 0 && _bytes[HeaderSize..].StartsWith(FileMark),
            _ => HasWholeItems(),
        };
    }

    /// <summary>Checks the items against the table at the end of the page that says where they are.</summary>
    private bool HasWholeItems()
    {
        int count = _bytes[23], used = UInt16(24), next = UInt16(28), last = _bytes[30];
        int items = 0, sum = 0;
        for (int i = 0; last != NoSlot && i <= last; i++)
        {
            int slot = PageStream.PageSize - ((i + 1) * SlotSize);
            int length = UInt16(slot), start = UInt16(slot + 2);
            if (start == 0)
                continue;
            if (start < HeaderSize || length == 0 || start + length > next || LacksSector(start, length))
                return false;
            items++;
            sum += length;
        }

        return items == count && sum == used && next <= PageStream.PageSize;
    }

    /// <summary>Whether a sector of the disk was not written: then it contains zeros, where the item has other bytes.</summary>
    private bool LacksSector(int start, int length)
    {
        for (int sector = start / SectorSize * SectorSize; sector < start + length; sector += SectorSize)
        {
            int from = Math.Max(start, sector), to = Math.Min(start + length, sector + SectorSize);
            if (to - from >= TooManyZeros && !_bytes[sector..(sector + SectorSize)].ContainsAnyExcept((byte)0))
                return true;
        }

        return false;
    }

    private int UInt16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[offset..]);
}
