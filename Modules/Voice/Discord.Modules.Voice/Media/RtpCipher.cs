namespace Discord.Modules.Voice.Media;

/// <summary>
/// How one participant's packets are encrypted, both ways. Belongs to one leg, runs on its media thread alone, allocates nothing for a packet,
/// and keeps its keys in unmanaged memory, which <see cref="Dispose"/> overwrites.
/// </summary>
internal abstract class RtpCipher : IDisposable
{
    /// <summary>Bytes by which <see cref="Protect"/> makes a packet longer, at most.</summary>
    public const int MaxOverhead = 40;

    /// <summary>Checks and decrypts a packet of RTP or RTCP. Replays are the caller's matter.</summary>
    /// <param name="plain">As long as the packet at least. Takes header, extension and payload, all in the clear and without CSRCs.</param>
    /// <returns>False: too short, forged, of another mode, or under a nonce that was used lately.</returns>
    public abstract bool TryUnprotect(ReadOnlySpan<byte> packet, Span<byte> plain, out int length);

    /// <summary>Encrypts a packet of RTP or RTCP. Runs for each recipient.</summary>
    /// <param name="plain">Without CSRCs.</param>
    /// <param name="output"><see cref="MaxOverhead"/> longer than <paramref name="plain"/>.</param>
    /// <returns>Bytes written; 0: the packet cannot be sent with this cipher, or its nonces are used up.</returns>
    public abstract int Protect(ReadOnlySpan<byte> plain, Span<byte> output);

    /// <summary>True: a new key is due. Long before nonces run out.</summary>
    public virtual bool IsWorn => false;

    /// <summary>False: sequence, timestamp and SSRC can be changed on the way. Then a packet does not prove where its sender is.</summary>
    public virtual bool BindsHeader => true;

    /// <summary>True: a packet of an earlier round of the sequence numbers does not decrypt.</summary>
    public virtual bool BindsRound => false;

    public abstract void Dispose();
}
