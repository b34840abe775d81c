using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Discord.Modules.Voice.Media;

/// <summary>Four blocks of a stream cipher at once: each lane of 128 bits holds four words of one block.</summary>
internal static class Lanes
{
    /// <summary>Writes row 0 to 3 of each of the four blocks to its place.</summary>
    public static void Store(Span<byte> output, int row, Vector512<uint> lanes)
    {
        var rows = MemoryMarshal.Cast<byte, Vector128<uint>>(output);
        rows[row] = lanes.GetLower().GetLower();
        rows[row + 4] = lanes.GetLower().GetUpper();
        rows[row + 8] = lanes.GetUpper().GetLower();
        rows[row + 12] = lanes.GetUpper().GetUpper();
    }

    public static Vector512<uint> Spread(Vector128<uint> row)
    {
        var two = Vector256.Create(row, row);
        return Vector512.Create(two, two);
    }

    // The words of each lane, turned by one, two, three.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Turn1(Vector512<uint> lanes) =>
        Avx512F.IsSupported ? Avx512F.Shuffle(lanes, 0b00_11_10_01) : Vector512.Shuffle(lanes, Vector512.Create(1u, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Turn2(Vector512<uint> lanes) =>
        Avx512F.IsSupported ? Avx512F.Shuffle(lanes, 0b01_00_11_10) : Vector512.Shuffle(lanes, Vector512.Create(2u, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Turn3(Vector512<uint> lanes) =>
        Avx512F.IsSupported ? Avx512F.Shuffle(lanes, 0b10_01_00_11) : Vector512.Shuffle(lanes, Vector512.Create(3u, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Rotate(Vector512<uint> words, [ConstantExpected] byte by) => Avx512F.IsSupported ? Avx512F.RotateLeft(words, by) : (words << by) | (words >>> (32 - by));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Rotate(Vector128<uint> words, [ConstantExpected] byte by) => Avx512F.VL.IsSupported ? Avx512F.VL.RotateLeft(words, by) : (words << by) | (words >>> (32 - by));
}
