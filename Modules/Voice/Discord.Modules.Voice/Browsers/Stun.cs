using System.Buffers.Binary;
using System.Security.Cryptography;
using Discord.Modules.Voice.Media;

namespace Discord.Modules.Voice.Browsers;

/// <summary>
/// The part of STUN (RFC 5389) that an ICE-lite agent needs (RFC 8445): it reads binding requests and answers them. Nothing is allocated.
/// </summary>
internal static class Stun
{
    /// <summary>Bytes of the longest message that is read or written: what passes every path unfragmented.</summary>
    public const int MaxLength = 548;

    private const uint MagicCookie = 0x2112_A442;
    private const uint FingerprintMask = 0x5354_554E;
    private const int HeaderLength = 20;
    private const int IntegrityLength = 4 + HMACSHA1.HashSizeInBytes;
    private const int FingerprintLength = 8;

    /// <summary>Whether this is STUN at all, told from all else on the port by its first bits and the magic cookie (RFC 7983).</summary>
    public static bool Is(ReadOnlySpan<byte> datagram) =>
        datagram.Length >= HeaderLength && (datagram[0] & 0xC0) == 0 && BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) == MagicCookie;

    /// <summary>Reads a binding request whose fingerprint, where there is one, is right. Who sent it is not known before <see cref="IsSigned"/>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out StunRequest request)
    {
        request = default;
        if (!Is(datagram) || datagram.Length > MaxLength || BinaryPrimitives.ReadUInt16BigEndian(datagram) != (int)StunType.BindingRequest
            || BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) != datagram.Length - HeaderLength)
            return false;

        request.Message = datagram;
        for (var at = HeaderLength; at < datagram.Length;)
        {
            if (datagram.Length - at < 4)
                return false;
            var type = (StunAttribute)BinaryPrimitives.ReadUInt16BigEndian(datagram[at..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[(at + 2)..]);
            var next = at + 4 + ((length + 3) & ~3);
            if (next > datagram.Length)
                return false;
            var value = datagram.Slice(at + 4, length);

            if (type == StunAttribute.Fingerprint)
            {
                if (length != 4 || next != datagram.Length || BinaryPrimitives.ReadUInt32BigEndian(value) != Fingerprint(datagram[..at]))
                    return false;
            }
            else if (request.IntegrityAt == 0)
            {
                switch (type)
                {
                    case StunAttribute.Username: request.Username = value; break;
                    case StunAttribute.UseCandidate: request.UseCandidate = true; break;
                    case StunAttribute.IceControlled: request.Controlled = true; break;
                    case StunAttribute.MessageIntegrity when length == HMACSHA1.HashSizeInBytes: request.IntegrityAt = at; break;
                    case StunAttribute.Priority or StunAttribute.IntegritySha256: break;
                    case < StunAttribute.FirstOptional when request.Unknown == 0: request.Unknown = type; break;
                }
            }
            at = next; // What lies behind the integrity is not protected by it, and not looked at (RFC 5389, 15.4).
        }
        return true;
    }

    /// <summary>Whether the request was signed with this password.</summary>
    public static bool IsSigned(in StunRequest request, ReadOnlySpan<byte> password)
    {
        if (request.IntegrityAt == 0)
            return false;
        Span<byte> signed = stackalloc byte[MaxLength];
        signed = signed[..request.IntegrityAt];
        request.Message[..request.IntegrityAt].CopyTo(signed);
        SetLength(signed, request.IntegrityAt + IntegrityLength);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        Sign(password, signed, hash);
        return CryptographicOperations.FixedTimeEquals(hash, request.Message.Slice(request.IntegrityAt + 4, hash.Length));
    }

    /// <summary>Writes the response that tells the client under which address it is seen.</summary>
    public static int WriteSuccess(Span<byte> output, in StunRequest request, in SocketAddressV4 source, ReadOnlySpan<byte> password)
    {
        var mapped = WriteHead(output, StunType.BindingSuccess, request, StunAttribute.XorMappedAddress, 8);
        mapped[0] = 0;
        mapped[1] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(mapped[2..], (ushort)(source.Port ^ (MagicCookie >> 16)));
        BinaryPrimitives.WriteUInt32BigEndian(mapped[4..], BinaryPrimitives.ReverseEndianness((uint)(source.Key >> 16)) ^ MagicCookie);
        return Seal(output, HeaderLength + 12, password);
    }

    /// <summary>487: both sides want to be controlled. Who answers is ICE-lite and never controls.</summary>
    public static int WriteRoleConflict(Span<byte> output, in StunRequest request, ReadOnlySpan<byte> password)
    {
        BinaryPrimitives.WriteUInt32BigEndian(WriteHead(output, StunType.BindingError, request, StunAttribute.ErrorCode, 4), 0x0457);
        return Seal(output, HeaderLength + 8, password);
    }

    /// <summary>420: the request holds an attribute that must be understood, and is not.</summary>
    public static int WriteUnknownAttribute(Span<byte> output, in StunRequest request, ReadOnlySpan<byte> password)
    {
        BinaryPrimitives.WriteUInt32BigEndian(WriteHead(output, StunType.BindingError, request, StunAttribute.ErrorCode, 4), 0x0414);
        var unknown = output[(HeaderLength + 8)..];
        WriteAttribute(unknown, StunAttribute.UnknownAttributes, 2);
        BinaryPrimitives.WriteUInt32BigEndian(unknown[4..], (uint)request.Unknown << 16);
        return Seal(output, HeaderLength + 16, password);
    }

    private static Span<byte> WriteHead(Span<byte> output, StunType type, in StunRequest request, StunAttribute first, int length)
    {
        request.Message[..HeaderLength].CopyTo(output);
        BinaryPrimitives.WriteUInt16BigEndian(output, (ushort)type);
        WriteAttribute(output[HeaderLength..], first, length);
        return output.Slice(HeaderLength + 4, length);
    }

    private static void WriteAttribute(Span<byte> at, StunAttribute type, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(at, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(at[2..], (ushort)length);
    }

    /// <summary>Adds the integrity and the fingerprint; each counts into the length before it is computed (RFC 5389, 15.4 and 15.5).</summary>
    private static int Seal(Span<byte> message, int length, ReadOnlySpan<byte> password)
    {
        SetLength(message, length + IntegrityLength);
        WriteAttribute(message[length..], StunAttribute.MessageIntegrity, HMACSHA1.HashSizeInBytes);
        Sign(password, message[..length], message[(length + 4)..]);
        length += IntegrityLength;

        SetLength(message, length + FingerprintLength);
        WriteAttribute(message[length..], StunAttribute.Fingerprint, 4);
        BinaryPrimitives.WriteUInt32BigEndian(message[(length + 4)..], Fingerprint(message[..length]));
        return length + FingerprintLength;
    }

    private static void SetLength(Span<byte> message, int total) => BinaryPrimitives.WriteUInt16BigEndian(message[2..], (ushort)(total - HeaderLength));

#pragma warning disable CA5350 // SHA-1: RFC 5389 knows no other.
    private static void Sign(ReadOnlySpan<byte> password, ReadOnlySpan<byte> message, Span<byte> hash) => HMACSHA1.HashData(password, message, hash);
#pragma warning restore CA5350

    /// <summary>CRC-32 as in zip, masked.</summary>
    private static uint Fingerprint(ReadOnlySpan<byte> message)
    {
        var crc = uint.MaxValue;
        foreach (var value in message)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB8_8320 & (0 - (crc & 1)));
        }
        return ~crc ^ FingerprintMask;
    }
}

/// <summary>A binding request, where it was received.</summary>
internal ref struct StunRequest
{
    public ReadOnlySpan<byte> Message;

    /// <summary>Ours and theirs: "ufrag:ufrag".</summary>
    public ReadOnlySpan<byte> Username;

    /// <summary>Where MESSAGE-INTEGRITY begins; 0: there is none.</summary>
    public int IntegrityAt;

    /// <summary>The client chose this path.</summary>
    public bool UseCandidate;

    /// <summary>The client thinks that it is the controlled side.</summary>
    public bool Controlled;

    /// <summary>The first attribute that must be understood, and is not; 0: none.</summary>
    public StunAttribute Unknown;
}

internal enum StunType : ushort
{
    BindingRequest = 0x0001,
    BindingSuccess = 0x0101,
    BindingError = 0x0111,
}

internal enum StunAttribute : ushort
{
    Username = 0x0006,
    MessageIntegrity = 0x0008,
    ErrorCode = 0x0009,
    UnknownAttributes = 0x000A,
    IntegritySha256 = 0x001C,
    XorMappedAddress = 0x0020,
    Priority = 0x0024,
    UseCandidate = 0x0025,

    /// <summary>From here on, who does not know an attribute may ignore it.</summary>
    FirstOptional = 0x8000,
    Fingerprint = 0x8028,
    IceControlled = 0x8029,
}
