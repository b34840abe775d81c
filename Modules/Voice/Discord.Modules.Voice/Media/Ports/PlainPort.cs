using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Discord.Modules.Voice.Media;

/// <summary>A socket as every system has it: one call for each datagram. About 1.2 times what Linux's batches cost.</summary>
internal sealed class PlainPort : DatagramPort
{
    private const int AddressOffset = 4;
    private const int PortOffset = 2;

    private readonly byte[] _in = new byte[Batch * MaxDatagram];
    private readonly int[] _lengths = new int[Batch];
    private readonly SocketAddressV4[] _sources = new SocketAddressV4[Batch];
    private readonly byte[] _out = new byte[MaxDatagram + RtpCipher.MaxOverhead];
    private readonly SocketAddress _address = new(AddressFamily.InterNetwork);
    private long _arrived;

    public PlainPort(Socket socket) : base(socket)
    {
        if (OperatingSystem.IsWindows())
        {
            // SIO_UDP_CONNRESET: a recipient that is gone must not fail the next receive.
            const int ConnectionReset = unchecked((int)0x9800000C);
            socket.IOControl(ConnectionReset, [0, 0, 0, 0], null);
        }
    }

    public override int Receive(bool wait)
    {
        var count = 0;
        while (count < Batch && Socket.Poll(wait && count == 0 ? Tick * 1000 : 0, SelectMode.SelectRead))
        {
            try
            {
                _lengths[count] = Socket.ReceiveFrom(_in.AsSpan(count * MaxDatagram, MaxDatagram), SocketFlags.None, _address);
            }
            catch (SocketException)
            {
                // Too long, or news of a recipient that is gone.
                continue;
            }

            var buffer = _address.Buffer.Span;
            _sources[count++] = new SocketAddressV4(((ulong)MemoryMarshal.Read<uint>(buffer[AddressOffset..]) << 16) | MemoryMarshal.Read<ushort>(buffer[PortOffset..]));
        }

        _arrived = MediaClock.Now;
        return count;
    }

    public override Span<byte> Datagram(int index, out SocketAddressV4 source, out long arrived)
    {
        (source, arrived) = (_sources[index], _arrived);
        return _in.AsSpan(index * MaxDatagram, _lengths[index]);
    }

    public override Span<byte> Space(int length) => _out.AsSpan(0, length);

    public override void Send(int length, in SocketAddressV4 to, ref Train train)
    {
        var key = to.Key;
        var buffer = _address.Buffer.Span;
        MemoryMarshal.Write(buffer[PortOffset..], (ushort)key);
        MemoryMarshal.Write(buffer[AddressOffset..], (uint)(key >> 16));
        try
        {
            Socket.SendTo(_out.AsSpan(0, length), SocketFlags.None, _address);
        }
        catch (SocketException)
        {
            Unsent++;
        }
    }

    public override void Flush()
    {
    }
}
