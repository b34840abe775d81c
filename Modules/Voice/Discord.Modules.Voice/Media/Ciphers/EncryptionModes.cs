namespace Discord.Modules.Voice.Media;

/// <summary>The encryption modes of Discord's voice protocol that this server speaks.</summary>
internal static class EncryptionModes
{
    public const int KeyLength = 32;

    /// <summary>In the order in which clients are to choose: READY's "modes".</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "aead_aes256_gcm_rtpsize", "aead_xchacha20_poly1305_rtpsize",
        // What Discord no longer speaks, for libraries that know nothing else.
        "xsalsa20_poly1305_lite", "xsalsa20_poly1305_suffix", "xsalsa20_poly1305",
    ];

    /// <param name="key">32 bytes, of this leg alone: both directions use it, so two legs with one key would use nonces twice.</param>
    /// <returns>Null: the mode is none of <see cref="All"/>.</returns>
    public static RtpCipher? Create(string mode, ReadOnlySpan<byte> key) => mode switch
    {
        "aead_aes256_gcm_rtpsize" => Aes256Gcm.IsSupported ? new AesGcmRtpSize(key) : Libcrypto.IsPresent ? new EvpAesGcmRtpSize(key) : new PlainAesGcmRtpSize(key),
        "aead_xchacha20_poly1305_rtpsize" => new XChaCha20RtpSize(key),
        "xsalsa20_poly1305" => new XSalsa20(key, saidNonce: 0),
        "xsalsa20_poly1305_suffix" => new XSalsa20(key, XSalsa20.NonceLength),
        "xsalsa20_poly1305_lite" => new XSalsa20(key, sizeof(uint)),
        _ => null,
    };
}
