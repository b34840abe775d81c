using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Discord.Modules.Voice.Media;

/// <summary>OpenSSL's libcrypto, which .NET needs on Linux anyway, without what .NET lays around it: four times faster for packets of voice.</summary>
internal static unsafe partial class Libcrypto
{
    public const int SetNonceLength = 0x9;
    public const int GetTag = 0x10;
    public const int SetTag = 0x11;

    private const string Library = "libcrypto";

    static Libcrypto()
    {
        NativeLibrary.SetDllImportResolver(typeof(Libcrypto).Assembly, Resolve);
        IsPresent = TryLoad(out _);
    }

    public static bool IsPresent { get; }

    [LibraryImport(Library, EntryPoint = "EVP_aes_256_gcm")]
    public static partial nint Aes256Gcm();

    [LibraryImport(Library, EntryPoint = "EVP_aes_128_gcm")]
    public static partial nint Aes128Gcm();

    [LibraryImport(Library, EntryPoint = "EVP_aes_128_ctr")]
    public static partial nint Aes128Counter();

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_new")]
    public static partial nint NewContext();

    /// <summary>Also overwrites the key.</summary>
    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_free")]
    public static partial void FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_CipherInit_ex"), SuppressGCTransition]
    public static partial int Begin(nint context, nint cipher, nint engine, byte* key, byte* nonce, int encrypts);

    [LibraryImport(Library, EntryPoint = "EVP_CipherUpdate"), SuppressGCTransition]
    public static partial int Update(nint context, byte* output, int* outputLength, byte* input, int inputLength);

    [LibraryImport(Library, EntryPoint = "EVP_CipherFinal_ex"), SuppressGCTransition]
    public static partial int Finish(nint context, byte* output, int* outputLength);

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_ctrl"), SuppressGCTransition]
    public static partial int Control(nint context, int command, int length, byte* value);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == Library && TryLoad(out var handle) ? handle : 0;

    private static bool TryLoad(out nint handle)
    {
        handle = 0;
        return OperatingSystem.IsLinux() && (NativeLibrary.TryLoad("libcrypto.so.3", out handle) || NativeLibrary.TryLoad("libcrypto.so.4", out handle) || NativeLibrary.TryLoad("libcrypto.so.1.1", out handle));
    }
}
