using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;
using System.Runtime.InteropServices;

namespace Discord.Modules.Voice.Media;

/// <summary>An IPv4 address and port, as the kernel has it: sockaddr_in.</summary>
[StructLayout(LayoutKind.Sequential, Size = Length)]
internal readonly struct SocketAddressV4 : IEquatable<SocketAddressV4>
{
    public const int Length = 16;

    private const ushort Internet = 2;

    private readonly ushort _family;
    private readonly ushort _port;
    private readonly uint _address;

    public SocketAddressV4(IPAddress address, int port)
    {
        Span<byte> bytes = stackalloc byte[4];
        if (!address.TryWriteBytes(bytes, out _))
            throw new ArgumentException($"{address} is no IPv4 address.", nameof(address));
        (_family, _port, _address) = (Internet, BinaryPrimitives.ReverseEndianness((ushort)port), MemoryMarshal.Read<uint>(bytes));
    }

    /// <param name="key">As <see cref="Key"/> gives it.</param>
    public SocketAddressV4(ulong key) => (_family, _port, _address) = (Internet, (ushort)key, (uint)(key >> 16));

    /// <summary>Different for every address and port; 0: none is known.</summary>
    public ulong Key => ((ulong)_address << 16) | _port;

    public bool IsKnown => _port != 0;

    public int Port => BinaryPrimitives.ReverseEndianness(_port);

    public IPAddress Address => new(_address);

    /// <summary>Writes the address as text, without allocating: whoever asks for it may ask often.</summary>
    /// <param name="ascii">15 bytes at least.</param>
    public void WriteAddress(Span<byte> ascii)
    {
        for (var shift = 0; shift < 32; shift += 8)
        {
            Utf8Formatter.TryFormat((byte)(_address >> shift), ascii, out var written);
            ascii = ascii[written..];
            if (shift == 24)
                break;
            ascii[0] = (byte)'.';
            ascii = ascii[1..];
        }
    }

    public bool Equals(SocketAddressV4 other) => Key == other.Key;

    public override bool Equals(object? obj) => obj is SocketAddressV4 other && Equals(other);

    public override int GetHashCode() => Key.GetHashCode();

    public override string ToString() => $"{Address}:{Port}";
}
