using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Home;

/// <summary>The ids of member lists: channels that the same overwrites open and close have the same list.</summary>
/// <remarks>Source: protocol.md 3.10.</remarks>
internal static class MemberListIds
{
    public const string Everyone = "everyone";

    public static string Of(GuildState guild, Channel channel)
    {
        var overwrites = channel.PermissionOverwrites ?? [];
        if (PermissionEngine.InChannel(guild, channel, default, []).Has(Permissions.ViewChannel) && !overwrites.Any(overwrite => overwrite.Deny.Has(Permissions.ViewChannel)))
            return Everyone;
        var rules = overwrites.Where(overwrite => overwrite.Allow.Has(Permissions.ViewChannel)).Select(overwrite => $"allow:{overwrite.Id}")
            .Concat(overwrites.Where(overwrite => overwrite.Deny.Has(Permissions.ViewChannel)).Select(overwrite => $"deny:{overwrite.Id}"));
        return Murmur3(Encoding.ASCII.GetBytes(string.Join(',', rules.Order(StringComparer.Ordinal)))).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>MurmurHash3, 32 bits, seed 0.</summary>
    /// <remarks>Source: Austin Appleby, MurmurHash3_x86_32, public domain.</remarks>
    public static uint Murmur3(ReadOnlySpan<byte> bytes)
    {
        const uint C1 = 0xCC9E2D51, C2 = 0x1B873593;
        uint hash = 0;
        var length = bytes.Length;
        for (; bytes.Length >= 4; bytes = bytes[4..])
        {
            hash ^= BitOperations.RotateLeft(BinaryPrimitives.ReadUInt32LittleEndian(bytes) * C1, 15) * C2;
            hash = BitOperations.RotateLeft(hash, 13) * 5 + 0xE6546B64;
        }

        uint rest = 0;
        for (var i = bytes.Length - 1; i >= 0; i--)
            rest = rest << 8 | bytes[i];
        if (bytes.Length > 0)
            hash ^= BitOperations.RotateLeft(rest * C1, 15) * C2;
        hash ^= (uint)length;
        hash = (hash ^ hash >> 16) * 0x85EBCA6B;
        hash = (hash ^ hash >> 13) * 0xC2B2AE35;
        return hash ^ hash >> 16;
    }
}
