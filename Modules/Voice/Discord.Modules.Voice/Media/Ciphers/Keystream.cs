using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Discord.Modules.Voice.Media;

internal static class Keystream
{
    /// <summary>output = input xor stream. The stream is as long as the input at least; output may be the input itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mix(ReadOnlySpan<byte> stream, ReadOnlySpan<byte> input, Span<byte> output)
    {
        if (stream.Length < input.Length || output.Length < input.Length)
            throw new ArgumentException("Stream and output must be as long as the input.", nameof(stream));
        ref var from = ref MemoryMarshal.GetReference(input);
        ref var with = ref MemoryMarshal.GetReference(stream);
        ref var to = ref MemoryMarshal.GetReference(output);
        nuint at = 0;
        for (; at + (nuint)Vector256<byte>.Count <= (nuint)input.Length; at += (nuint)Vector256<byte>.Count)
            (Vector256.LoadUnsafe(ref from, at) ^ Vector256.LoadUnsafe(ref with, at)).StoreUnsafe(ref to, at);
        for (; at < (nuint)input.Length; at++)
            Unsafe.Add(ref to, at) = (byte)(Unsafe.Add(ref from, at) ^ Unsafe.Add(ref with, at));
    }
}
