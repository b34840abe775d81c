namespace Discord.Modules.Voice.Media;

/// <summary>Discord's payload types and those that a browser chose for the same codecs. In a room, Discord's are used.</summary>
internal sealed class PayloadTypes
{
    private const int Count = 128;

    private readonly byte[] _toRoom = new byte[Count];
    private readonly byte[] _toLeg = new byte[Count];
    private readonly MediaKind[] _kinds = new MediaKind[Count];

    /// <param name="own">1 to 127: the leg's.</param>
    /// <param name="type">1 to 127: Discord's.</param>
    public PayloadTypes Add(byte own, byte type, MediaKind kind)
    {
        (_toRoom[own], _toLeg[type], _kinds[own]) = (type, own, kind);
        return this;
    }

    /// <summary>0: not agreed.</summary>
    public byte ToRoom(byte own, out MediaKind kind)
    {
        kind = _kinds[own & 127];
        return _toRoom[own & 127];
    }

    /// <summary>0: not agreed.</summary>
    public byte ToLeg(byte type) => _toLeg[type & 127];
}
