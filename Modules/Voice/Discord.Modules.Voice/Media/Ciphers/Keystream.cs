using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Discord.Modules.Voice.Media;

/// <summary>A stream cipher under one key and nonce.</summary>
internal interface IStripes
{
    /// <summary>Four blocks of keystream, from a block on.</summary>
    void Stripe(uint block, Span<byte> output);
}

internal static class Keystream
{
    /// <summary>Bytes of keystream that are made at once: four blocks.</summary>
    public const int StripeLength = 256;

    /// <summary>output = input xor the keystream from its byte <paramref name="start"/> on.</summary>
    /// <param name="stream">The first stripe. Written over when the message is longer.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mix<T>(in T cipher, Span<byte> stream, int start, ReadOnlySpan<byte> input, Span<byte> output) where T : struct, IStripes
    {
        var length = Math.Min(input.Length, stream.Length - start);
        Mix(stream[start..], input[..length], output);
        for (var block = 4u; length < input.Length; block += 4)
        {
            cipher.Stripe(block, stream);
            var next = Math.Min(input.Length - length, stream.Length);
            Mix(stream, input.Slice(length, next), output[length..]);
            length += next;
        }
    }

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
