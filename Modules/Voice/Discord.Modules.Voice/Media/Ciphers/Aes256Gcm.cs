using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using Aes = System.Runtime.Intrinsics.X86.Aes;

namespace Discord.Modules.Voice.Media;

/// <summary>
/// AES-256-GCM (NIST SP 800-38D) in the processor's own instructions: for packets of voice several times as fast as OpenSSL, which looks its parameters
/// up by name for each. No look-up and no branch depends on key, text or tag. One allocation, unmanaged, holds all that is derived from the key.
/// </summary>
/// <remarks>Not to be copied: <see cref="Dispose"/> overwrites what all copies use. After that, any use throws.</remarks>
internal unsafe struct Aes256Gcm : IDisposable
{
    public const int KeyLength = 32;
    public const int TagLength = 16;

    private const int Rounds = 14;
    private const int BlockLength = 16;

    // Blocks of the stream that are made at once, and blocks of the hash that are reduced at once.
    private const int Stride = 8;
    private const int KeyedLength = (Rounds + 1 + Stride) * BlockLength;

    // The keys of the rounds, and then the powers of the hash key, the first one first.
    private Vector128<byte>* _keyed;

    public Aes256Gcm(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeyLength)
            throw new CryptographicException($"A key has {KeyLength} bytes, not {key.Length}.");
        _keyed = (Vector128<byte>*)NativeMemory.AlignedAlloc(KeyedLength, 64);
        Expand(key, _keyed);
        var first = Double(Reverse(Encrypt(Vector128<byte>.Zero)).AsUInt64());
        var power = first;
        for (var i = 0; i < Stride; i++)
        {
            Powers[i] = power;
            var product = default(Product);
            product.Add(power, first);
            power = product.Reduce();
        }
    }

    public static bool IsSupported => Aes.IsSupported && Pclmulqdq.IsSupported && Ssse3.IsSupported;

    private readonly Vector128<ulong>* Powers => (Vector128<ulong>*)(_keyed + Rounds + 1);

    public void Dispose()
    {
        if (_keyed is null)
            return;
        CryptographicOperations.ZeroMemory(new Span<byte>(_keyed, KeyedLength));
        NativeMemory.AlignedFree(_keyed);
        _keyed = null;
    }

    /// <summary>Encrypts, and authenticates with what stays in the clear. Runs for each recipient: no allocation, no lock.</summary>
    /// <param name="nonce">Twelve bytes, and a word of zero. Never twice with one key.</param>
    /// <param name="box">Takes ciphertext and tag: <see cref="TagLength"/> longer than <paramref name="plain"/>. May begin where that begins.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Seal(Vector128<uint> nonce, ReadOnlySpan<byte> clear, ReadOnlySpan<byte> plain, Span<byte> box)
    {
        if (box.Length != plain.Length + TagLength)
            throw new ArgumentException("The box must take text and tag.", nameof(box));
        fixed (byte* header = clear, input = plain, output = box)
        {
            Mix(nonce, input, output, plain.Length);
            Tag(nonce, header, clear.Length, output, plain.Length).Store(output + plain.Length);
        }
    }

    /// <summary>Decrypts what proves to be genuine. Runs for each packet: no allocation, no lock.</summary>
    /// <param name="box">Ciphertext and tag.</param>
    /// <param name="plain">Written only when the tag is right.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly bool TryOpen(Vector128<uint> nonce, ReadOnlySpan<byte> clear, ReadOnlySpan<byte> box, Span<byte> plain)
    {
        if (box.Length != plain.Length + TagLength)
            return false;
        fixed (byte* header = clear, input = box, output = plain)
        {
            if (Tag(nonce, header, clear.Length, input, plain.Length) != Vector128.Load(input + plain.Length))
                return false;
            Mix(nonce, input, output, plain.Length);
            return true;
        }
    }

    /// <summary>output = input xor the key stream, whose blocks count from 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private readonly void Mix(Vector128<uint> nonce, byte* input, byte* output, int length)
    {
        var stream = stackalloc Vector128<byte>[Stride];
        var keys = _keyed;
        // The counter is the last word, highest byte first: turned around, it is the first and counts as words do.
        var counter = Reverse(nonce.AsByte()).AsUInt32() + Vector128.CreateScalar(2u);
        for (; length > 0; length -= Stride * BlockLength)
        {
            var key = keys[0];
            var (a, b, c, d) = (Block(counter, 0) ^ key, Block(counter, 1) ^ key, Block(counter, 2) ^ key, Block(counter, 3) ^ key);
            var (e, f, g, h) = (Block(counter, 4) ^ key, Block(counter, 5) ^ key, Block(counter, 6) ^ key, Block(counter, 7) ^ key);
            counter += Vector128.CreateScalar((uint)Stride);
            for (var round = 1; round < Rounds; round++)
            {
                key = keys[round];
                (a, b, c, d) = (Aes.Encrypt(a, key), Aes.Encrypt(b, key), Aes.Encrypt(c, key), Aes.Encrypt(d, key));
                (e, f, g, h) = (Aes.Encrypt(e, key), Aes.Encrypt(f, key), Aes.Encrypt(g, key), Aes.Encrypt(h, key));
            }

            key = keys[Rounds];
            (stream[0], stream[1], stream[2], stream[3]) = (Aes.EncryptLast(a, key), Aes.EncryptLast(b, key), Aes.EncryptLast(c, key), Aes.EncryptLast(d, key));
            (stream[4], stream[5], stream[6], stream[7]) = (Aes.EncryptLast(e, key), Aes.EncryptLast(f, key), Aes.EncryptLast(g, key), Aes.EncryptLast(h, key));
            var next = stream;
            var left = Math.Min(length, Stride * BlockLength);
            for (; left >= BlockLength; left -= BlockLength, input += BlockLength, output += BlockLength)
                (Vector128.Load(input) ^ *next++).Store(output);
            if (left > 0)
                StorePart(LoadPart(input, left) ^ *next, output, left);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly Vector128<byte> Tag(Vector128<uint> nonce, byte* clear, int clearLength, byte* text, int length)
    {
        // A block is multiplied by the power that says how many still come. Sums of up to eight such products are reduced at once.
        var left = Blocks(clearLength) + Blocks(length) + 1;
        var sum = default(Product);
        var hash = Add(clear, clearLength, Vector128<ulong>.Zero, ref left, ref sum);
        hash = Add(text, length, hash, ref left, ref sum);
        sum.Add(Vector128.Create(8 * (ulong)length, 8 * (ulong)clearLength) ^ hash, Powers[0]);
        return Reverse(sum.Reduce().AsByte()) ^ Encrypt(nonce.WithElement(3, 1u << 24).AsByte());
    }

    // Adds blocks, the last of them filled up with zeros. What was reduced goes into the block that comes next.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Vector128<ulong> Add(byte* from, int length, Vector128<ulong> hash, ref int left, ref Product sum)
    {
        for (; length > 0; length -= BlockLength, from += BlockLength)
        {
            var block = length >= BlockLength ? Vector128.Load(from) : LoadPart(from, length);
            var power = --left % Stride;
            sum.Add(Reverse(block).AsUInt64() ^ hash, Powers[power]);
            hash = Vector128<ulong>.Zero;
            if (power == 0)
            {
                hash = sum.Reduce();
                sum = default;
            }
        }

        return hash;
    }

    private readonly Vector128<byte> Encrypt(Vector128<byte> block)
    {
        block ^= _keyed[0];
        for (var round = 1; round < Rounds; round++)
            block = Aes.Encrypt(block, _keyed[round]);
        return Aes.EncryptLast(block, _keyed[Rounds]);
    }

    // FIPS 197, 5.2. The last round's instruction substitutes each byte; its shifting of rows does nothing to four columns that are alike.
    private static void Expand(ReadOnlySpan<byte> key, Vector128<byte>* keys)
    {
        key.CopyTo(new Span<byte>(keys, KeyLength));
        var constant = 1u;
        for (var i = 2; i <= Rounds; i++)
        {
            var isFirst = i % 2 == 0;
            var last = isFirst ? Vector128.Create(0x0C0F_0E0Du) : Vector128.Create(0x0F0E_0D0Cu);
            var word = Aes.EncryptLast(Ssse3.Shuffle(keys[i - 1], last.AsByte()), isFirst ? Vector128.Create(constant).AsByte() : Vector128<byte>.Zero);
            constant <<= isFirst ? 1 : 0;
            var sum = keys[i - 2] ^ Sse2.ShiftLeftLogical128BitLane(keys[i - 2], 4);
            keys[i] = sum ^ Sse2.ShiftLeftLogical128BitLane(sum, 8) ^ word;
        }
    }

    // GCM counts bits from the highest: with bytes turned around, a product lacks one step of x, which the hash key has in advance.
    private static Vector128<ulong> Double(Vector128<ulong> value)
    {
        var whole = new UInt128(value[1], value[0]);
        whole = (whole << 1) ^ ((0 - (whole >> 127)) & new UInt128(Product.Polynomial, 1));
        return Vector128.Create((ulong)whole, (ulong)(whole >> 64));
    }

    private static int Blocks(int length) => (length + BlockLength - 1) / BlockLength;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Block(Vector128<uint> counter, uint ahead) => Reverse((counter + Vector128.CreateScalar(ahead)).AsByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Reverse(Vector128<byte> block) => Ssse3.Shuffle(block, Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));

    // 1 to 15 bytes, and zeros. Reads nothing beyond them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> LoadPart(byte* from, int count)
    {
        ulong low, high = 0;
        if (count >= 8)
            (low, high) = (*(ulong*)from, *(ulong*)(from + count - 8) >> 4 * (16 - count) >> 4 * (16 - count));
        else if (count >= 4)
            low = *(uint*)from | (ulong)*(uint*)(from + count - 4) << 8 * (count - 4);
        else
            low = *from | (ulong)from[count / 2] << 8 * (count / 2) | (ulong)from[count - 1] << 8 * (count - 1);
        return Vector128.Create(low, high).AsByte();
    }

    // The first 1 to 15 bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePart(Vector128<byte> block, byte* to, int count)
    {
        var part = block.AsUInt64()[0];
        if ((count & 8) != 0)
        {
            *(ulong*)to = part;
            part = block.AsUInt64()[1];
            to += 8;
        }

        if ((count & 4) != 0)
        {
            *(uint*)to = (uint)part;
            part >>= 32;
            to += 4;
        }

        if ((count & 2) != 0)
        {
            *(ushort*)to = (ushort)part;
            part >>= 16;
            to += 2;
        }

        if ((count & 1) != 0)
            *to = (byte)part;
    }

    /// <summary>A sum of products in GF(2^128) that is not reduced yet.</summary>
    private struct Product
    {
        /// <summary>The upper half of x^128 + x^127 + x^126 + x^121 + 1: GCM's polynomial, its bits turned around.</summary>
        public const ulong Polynomial = 0xC200_0000_0000_0000;

        private Vector128<ulong> _low;
        private Vector128<ulong> _middle;
        private Vector128<ulong> _high;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector128<ulong> a, Vector128<ulong> b)
        {
            _low ^= Pclmulqdq.CarrylessMultiply(a, b, 0x00);
            _middle ^= Pclmulqdq.CarrylessMultiply(a, b, 0x01) ^ Pclmulqdq.CarrylessMultiply(a, b, 0x10);
            _high ^= Pclmulqdq.CarrylessMultiply(a, b, 0x11);
        }

        // Montgomery's way: the lowest 64 bits become zero by adding a multiple of the polynomial, twice.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly Vector128<ulong> Reduce()
        {
            var polynomial = Vector128.CreateScalar(Polynomial);
            var middle = _middle ^ Vector128.Shuffle(_low, Vector128.Create(1ul, 0)) ^ Pclmulqdq.CarrylessMultiply(_low, polynomial, 0x00);
            return _high ^ Vector128.Shuffle(middle, Vector128.Create(1ul, 0)) ^ Pclmulqdq.CarrylessMultiply(middle, polynomial, 0x00);
        }
    }
}
