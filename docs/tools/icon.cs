#:property TargetFramework=net10.0
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false

// Draws docs/images/icon.png, the icon of the packages: a speech bubble with a prompt in it.
// Run it from the root of the repository: dotnet run docs/tools/icon.cs

using System.Buffers.Binary;
using System.IO.Compression;

const int Size = 128;
const int Samples = 4;

byte[] pixels = new byte[Size * ((Size * 4) + 1)];
for (int y = 0; y < Size; y++)
{
    for (int x = 0; x < Size; x++)
    {
        double[] sum = new double[4];
        for (int sample = 0; sample < Samples * Samples; sample++)
        {
            (double r, double g, double b, double a) = Color(x + ((sample % Samples) + 0.5) / Samples, y + ((sample / Samples) + 0.5) / Samples);
            sum[0] += r * a;
            sum[1] += g * a;
            sum[2] += b * a;
            sum[3] += a;
        }

        int pixel = (y * ((Size * 4) + 1)) + 1 + (x * 4);
        for (int i = 0; i < 3; i++)
            pixels[pixel + i] = (byte)Math.Round(sum[3] == 0 ? 0 : sum[i] / sum[3]);
        pixels[pixel + 3] = (byte)Math.Round(255 * sum[3] / (Samples * Samples));
    }
}

string path = Path.Combine("docs", "images", "icon.png");
using (FileStream file = File.Create(path))
{
    file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a]);
    byte[] header = new byte[13];
    BinaryPrimitives.WriteInt32BigEndian(header, Size);
    BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Size);
    header[8] = 8; // bits per channel
    header[9] = 6; // red, green, blue, alpha
    Png.Write(file, "IHDR"u8, header);
    using var compressed = new MemoryStream();
    using (var zlib = new ZLibStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        zlib.Write(pixels);
    Png.Write(file, "IDAT"u8, compressed.ToArray());
    Png.Write(file, "IEND"u8, []);
}

Console.WriteLine($"Wrote {path}");

static (double, double, double, double) Color(double x, double y)
{
    bool bubble = Rounded(x, y, 6, 14, 122, 96, 20) || Tail(x, y);
    if (!bubble)
        return (0, 0, 0, 0);
    bool prompt = Line(x, y, 32, 40, 52, 55) || Line(x, y, 52, 55, 32, 70) || Line(x, y, 62, 72, 92, 72);
    return prompt ? (255, 255, 255, 1) : (0x2b + (y / 3), 0x5d + (y / 3), 0xb0 + (y / 4), 1);
}

static bool Rounded(double x, double y, double left, double top, double right, double bottom, double radius)
{
    double dx = Math.Max(Math.Max(left + radius - x, x - (right - radius)), 0);
    double dy = Math.Max(Math.Max(top + radius - y, y - (bottom - radius)), 0);
    return (dx * dx) + (dy * dy) <= radius * radius;
}

static bool Tail(double x, double y) => y is >= 90 and <= 120 && x >= 30 && x <= 30 + ((120 - y) * 1.1);

static bool Line(double x, double y, double x1, double y1, double x2, double y2)
{
    double along = Math.Clamp((((x - x1) * (x2 - x1)) + ((y - y1) * (y2 - y1))) / (((x2 - x1) * (x2 - x1)) + ((y2 - y1) * (y2 - y1))), 0, 1);
    double dx = x - x1 - (along * (x2 - x1));
    double dy = y - y1 - (along * (y2 - y1));
    return (dx * dx) + (dy * dy) <= 5 * 5;
}

internal static class Png
{
    public static void Write(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        byte[] chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 8), Crc(chunk.AsSpan(4, data.Length + 4)));
        file.Write(chunk);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte next in bytes)
        {
            crc ^= next;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xedb88320;
        }

        return ~crc;
    }
}
