using System.Buffers.Binary;
using CsCheck;

namespace ServerLib.Tests.Fuzzing;

/// <summary>One change of an input. The same numbers make the same change; smaller numbers make simpler ones.</summary>
/// <param name="Kind">The kind of change.</param>
/// <param name="Where">The position.</param>
/// <param name="What">The new value.</param>
internal readonly record struct Edit(int Kind, uint Where, uint What)
{
    private const int Kinds = 14;
    private static readonly byte[] Odd = [0, 1, 9, 10, 13, 0x16, 0x1B, (byte)' ', (byte)'"', (byte)'0', (byte)'S', 0x7F, 0x80, 0xC0, 0xED, 0xFF];
    private static readonly uint[] OddNumbers = [0, 1, 0x7F, 0xFF, 0x100, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF];

    public static Gen<Edit> Any { get; } =
        Gen.Select(Gen.Int[0, Kinds - 1], Gen.UInt, Gen.UInt, static (kind, where, what) => new Edit(kind, where, what));

    public byte[] Apply(byte[] bytes, Corpus corpus, Shape shape)
    {
        int at = (int)(Where % (uint)(bytes.Length + 1));
        int count = (int)(What % 64) + 1;
        int end = Math.Min(at + count, bytes.Length);
        byte[] other = corpus.Seeds[(int)(What % (uint)corpus.Seeds.Count)].Bytes;
        return Kind switch
        {
            0 => Changed(bytes, at, (byte)(At(bytes, at) ^ (1 << (int)(What % 8)))),
            1 => Changed(bytes, at, Odd[What % Odd.Length]),
            2 => Changed(bytes, at, (byte)What),
            3 => bytes[..at],
            4 => [.. bytes[..at], .. bytes[end..]],
            5 => [.. bytes[..end], .. bytes[at..]],
            6 => [.. bytes[..at], .. other[(int)(What % (uint)(other.Length + 1))..]],
            7 => Numbered(bytes, at, OddNumbers[What % OddNumbers.Length]),
            8 => [.. bytes[..at], .. Enumerable.Repeat(Odd[What % Odd.Length], count), .. bytes[at..]],
            _ => Parted(shape.Split(bytes), shape.Split(other), shape),
        };
    }

    private byte[] Parted(List<byte[]> parts, List<byte[]> others, Shape shape)
    {
        if (parts.Count == 0)
            return [];
        int at = (int)(Where % (uint)parts.Count), other = (int)(What % (uint)parts.Count);
        switch (Kind)
        {
            case 9:
                parts.RemoveAt(at);
                break;
            case 10:
                parts.Insert(other, parts[at]);
                break;
            case 11:
                (parts[at], parts[other]) = (parts[other], parts[at]);
                break;
            case 12 when others.Count > 0:
                parts.Insert(at, others[(int)(Where / 7 % (uint)others.Count)]);
                break;
            default:
                parts[at] = shape.Distort(parts[at], Where / 31, What);
                break;
        }

        return [.. parts.SelectMany(part => part)];
    }

    private static byte At(byte[] bytes, int at) => at < bytes.Length ? bytes[at] : (byte)0;

    private static byte[] Changed(byte[] bytes, int at, byte value) =>
        at < bytes.Length ? [.. bytes[..at], value, .. bytes[(at + 1)..]] : [.. bytes, value];

    private static byte[] Numbered(byte[] bytes, int at, uint value)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(number, value);
        return [.. bytes[..at], .. number, .. bytes[Math.Min(at + 4, bytes.Length)..]];
    }
}
