namespace Discord.Modules.Voice.Media;

/// <summary>What of a browser's transport is not media: ICE (STUN) and DTLS, which share the media port (RFC 7983).</summary>
internal interface IBrowserTransport
{
    /// <summary>
    /// A STUN message (with its magic cookie) or a DTLS record arrived. Runs on the media thread: MUST return at once, MUST NOT keep the span, MAY answer
    /// with <see cref="MediaThread.Send"/>. Whoever sent it is not known yet: anybody can.
    /// </summary>
    void OnDatagram(MediaThread thread, ReadOnlySpan<byte> datagram, in SocketAddressV4 source);
}

/// <summary>Where a leg's datagrams go instead of the UDP port: a TCP connection (ICE-TCP, RFC 6544).</summary>
internal interface IDatagramSink
{
    /// <summary>Takes an encrypted packet. Runs on the media thread: MUST NOT block, and drops when it cannot keep up. The span is overwritten afterwards.</summary>
    void Send(ReadOnlySpan<byte> datagram);
}
