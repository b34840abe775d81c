using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Discord.Modules.Voice.Media;

/// <summary>
/// recvmmsg and sendmmsg over unmanaged slabs. Datagrams of one size for one address leave as one "train" (UDP_SEGMENT): the way through the kernel,
/// nine tenths of what forwarding costs, is gone once for all of them. Only what lies in the batch anyway is joined: nothing ever waits for more.
/// </summary>
internal sealed unsafe partial class LinuxPort : DatagramPort
{
    private const int MaxPackets = 1024;
    private const int SlabLength = 512 * 1024;

    // The kernel's limits: 64 segments, an IP packet. Longer segments than a path carries would be refused, where a single datagram is taken apart.
    private const int MaxTrain = 60;
    private const int MaxTrainBytes = 60_000;
    private const int MaxSegment = 1400;

    private const int SolSocket = 1;
    private const int SolUdp = 17;
    private const int SoReceiveTimeout = 20;
    private const int SoSendTimeout = 21;
    private const int SoTimestampNanoseconds = 35;
    private const int UdpSegment = 103;
    private const int DontWait = 0x40;
    private const int Truncated = 0x20;
    private const int WaitForOne = 0x10000;
    private const int InputOutputError = 5;
    private const int ControlLength = 64;
    private const int SegmentControlLength = 24;

    private readonly int _handle;
    private readonly List<nint> _memory = [];

    private readonly Message* _in;
    private readonly SocketAddressV4* _sources;
    private readonly byte* _inControl;
    private readonly byte* _inSlab;

    private readonly Message* _out;
    private readonly Outgoing* _outgoing;
    private readonly Packet* _packets;
    private readonly Vector* _vectors;
    private readonly byte* _outControl;
    private readonly byte* _outSlab;

    private long _batch = 1;
    private int _messageCount;
    private int _packetCount;
    private int _used;
    private bool _trains;

    public LinuxPort(Socket socket) : base(socket)
    {
        _handle = (int)socket.Handle;
        _in = Make<Message>(Batch);
        _sources = Make<SocketAddressV4>(Batch);
        _inControl = Make<byte>(Batch * ControlLength);
        _inSlab = Make<byte>(Batch * MaxDatagram);
        _out = Make<Message>(MaxPackets);
        _outgoing = Make<Outgoing>(MaxPackets);
        _packets = Make<Packet>(MaxPackets);
        _vectors = Make<Vector>(MaxPackets);
        _outControl = Make<byte>(MaxPackets * ControlLength);
        _outSlab = Make<byte>(SlabLength);
        var inVectors = Make<Vector>(Batch);
        for (var i = 0; i < Batch; i++)
        {
            var vector = inVectors + i;
            *vector = new Vector { Start = _inSlab + i * MaxDatagram, Length = MaxDatagram };
            _in[i].Header = new Header { Name = _sources + i, NameLength = SocketAddressV4.Length, Vectors = vector, VectorCount = 1, Control = _inControl + i * ControlLength, ControlLength = ControlLength };
        }

        for (var i = 0; i < MaxPackets; i++)
        {
            _out[i].Header = new Header { Name = &_outgoing[i].To, NameLength = SocketAddressV4.Length };
            *(ControlHeader*)(_outControl + i * ControlLength) = new ControlHeader { Length = (nuint)sizeof(ControlHeader) + sizeof(ushort), Level = SolUdp, Type = UdpSegment };
        }

        Span<byte> wait = stackalloc byte[16];
        MemoryMarshal.Write(wait[8..], (long)Tick * 1000);
        socket.SetRawSocketOption(SolSocket, SoReceiveTimeout, wait);
        socket.SetRawSocketOption(SolSocket, SoSendTimeout, wait);
        socket.SetRawSocketOption(SolSocket, SoTimestampNanoseconds, [1, 0, 0, 0]);
        _trains = KnowsTrains(socket);
    }

    public static bool IsSupported => OperatingSystem.IsLinux() && Environment.Is64BitProcess && BitConverter.IsLittleEndian;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override int Receive(bool wait) => Math.Max(0, ReceiveMany(_handle, _in, Batch, wait ? WaitForOne : DontWait, null));

    /// <summary>Runs for each packet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override Span<byte> Datagram(int index, out SocketAddressV4 source, out long arrived)
    {
        ref var message = ref _in[index];
        source = _sources[index];
        var control = (ControlHeader*)(_inControl + index * ControlLength);
        arrived = 0;
        if (message.Header.ControlLength >= (nuint)sizeof(ControlHeader) + 16 && control->Level == SolSocket && control->Type == SoTimestampNanoseconds)
        {
            var time = (long*)(control + 1);
            arrived = time[0] * TimeSpan.TicksPerSecond + time[1] / TimeSpan.NanosecondsPerTick;
        }

        var length = (message.Header.Flags & Truncated) != 0 ? 0 : (int)message.Length;
        // As the next call is to find it.
        (message.Header.NameLength, message.Header.ControlLength, message.Header.Flags) = (SocketAddressV4.Length, ControlLength, 0);
        return new Span<byte>(_inSlab + index * MaxDatagram, length);
    }

    /// <summary>Runs for each recipient: no allocation, no lock.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override Span<byte> Space(int length)
    {
        if (_used + length > SlabLength || _packetCount == MaxPackets)
            Flush();
        return new Span<byte>(_outSlab + _used, length);
    }

    /// <summary>Runs for each recipient: no allocation, no lock.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Send(int length, in SocketAddressV4 to, ref Train train)
    {
        var index = _packetCount++;
        _packets[index] = new Packet { Start = _outSlab + _used, Length = length, Next = -1 };
        _used += (length + 15) & ~15;
        if (train.Batch == _batch)
        {
            ref var open = ref _outgoing[train.Message];
            // Only the last of a train may be shorter. The address may have changed since.
            if (length <= open.Segment && _packets[open.Last].Length == open.Segment && open.Count < MaxTrain && open.Bytes + length <= MaxTrainBytes && open.To.Equals(to))
            {
                _packets[open.Last].Next = index;
                open.Last = index;
                open.Count++;
                open.Bytes += length;
                return;
            }
        }

        train = new Train { Batch = _batch, Message = _messageCount };
        _outgoing[_messageCount++] = new Outgoing { To = to, First = index, Last = index, Count = 1, Bytes = length, Segment = _trains && length <= MaxSegment ? length : 0 };
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Flush()
    {
        if (_messageCount == 0)
            return;
        var vector = _vectors;
        for (var i = 0; i < _messageCount; i++)
        {
            ref var header = ref _out[i].Header;
            ref var outgoing = ref _outgoing[i];
            header.Vectors = vector;
            header.VectorCount = (nuint)outgoing.Count;
            header.Control = null;
            header.ControlLength = 0;
            for (var packet = outgoing.First; packet >= 0; packet = _packets[packet].Next)
                *vector++ = new Vector { Start = _packets[packet].Start, Length = (nuint)_packets[packet].Length };
            if (outgoing.Count == 1)
                continue;
            header.Control = _outControl + i * ControlLength;
            header.ControlLength = SegmentControlLength;
            *(ushort*)(header.Control + sizeof(ControlHeader)) = (ushort)outgoing.Segment;
        }

        for (var sent = 0; sent < _messageCount;)
        {
            var taken = SendMany(_handle, _out + sent, (uint)(_messageCount - sent), 0);
            if (taken > 0)
                sent += taken;
            else
                SendApart(sent++);
        }

        _batch++;
        (_messageCount, _packetCount, _used) = (0, 0, 0);
    }

    public override void Dispose()
    {
        base.Dispose();
        foreach (var block in _memory)
            NativeMemory.AlignedFree((void*)block);
        _memory.Clear();
    }

    // The kernel refused: a train that the way out does not carry goes as single datagrams; anything else is lost, as datagrams may be.
    private void SendApart(int index)
    {
        ref var whole = ref _out[index].Header;
        if (whole.VectorCount == 1)
        {
            Unsent++;
            return;
        }

        // A device that cannot checksum cannot segment either: it will not learn.
        if (Marshal.GetLastPInvokeError() == InputOutputError)
            _trains = false;
        var single = new Message { Header = whole };
        single.Header.VectorCount = 1;
        single.Header.Control = null;
        single.Header.ControlLength = 0;
        for (var left = whole.VectorCount; left > 0; left--, single.Header.Vectors++)
        {
            if (SendMany(_handle, &single, 1, 0) != 1)
                Unsent++;
        }
    }

    private T* Make<T>(int count) where T : unmanaged
    {
        var length = (nuint)count * (nuint)sizeof(T);
        var start = NativeMemory.AlignedAlloc(length, 64);
        NativeMemory.Clear(start, length);
        _memory.Add((nint)start);
        return (T*)start;
    }

    private static bool KnowsTrains(Socket socket)
    {
        try
        {
            Span<byte> value = stackalloc byte[4];
            return socket.GetRawSocketOption(SolUdp, UdpSegment, value) == value.Length;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "recvmmsg")]
    private static partial int ReceiveMany(int socket, Message* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    private static partial int SendMany(int socket, Message* messages, uint count, int flags);

    // struct iovec, msghdr, mmsghdr and cmsghdr of 64-bit Linux.
    private struct Vector
    {
        public byte* Start;
        public nuint Length;
    }

    private struct Header
    {
        public SocketAddressV4* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    private struct Message
    {
        public Header Header;
        public uint Length;
    }

    private struct ControlHeader
    {
        public nuint Length;
        public int Level;
        public int Type;
    }

    private struct Packet
    {
        public byte* Start;
        public int Length;
        public int Next;
    }

    private struct Outgoing
    {
        public SocketAddressV4 To;
        public int First;
        public int Last;
        public int Count;
        public int Bytes;
        public int Segment;
    }
}
