using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Discord.Modules.Voice.Media;

namespace Discord.Benchmarks;

/// <summary>
/// A burst of a shared screen to fifty viewers, encrypted for each: with and without the trains in which Linux takes packets for one address (UDP_SEGMENT).
/// An operation is one packet to one viewer, with everything that the kernel does for it on loopback. With trains it should take half the time, or less.
/// </summary>
[MemoryDiagnoser]
public class TrainBenchmarks : IDisposable
{
    private const int Viewers = 50;
    private const int Burst = 10;
    private const int Length = 1100;

    private readonly byte[] _packet = new byte[Length];
    private readonly Socket[] _viewers = new Socket[Viewers];
    private readonly SocketAddressV4[] _addresses = new SocketAddressV4[Viewers];
    private readonly RtpCipher[] _ciphers = new RtpCipher[Viewers];
    private readonly Train[] _trains = new Train[Viewers];
    private DatagramPort _port = null!;

    [GlobalSetup]
    public void Prepare()
    {
        _port = DatagramPort.Open(IPAddress.Loopback, 0, isPortable: false);
        (_packet[0], _packet[1]) = (0x80, RoomTypes.Vp8);
        for (var i = 0; i < Viewers; i++)
        {
            _viewers[i] = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            _viewers[i].Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _addresses[i] = new SocketAddressV4(IPAddress.Loopback, ((IPEndPoint)_viewers[i].LocalEndPoint!).Port);
            _ciphers[i] = EncryptionModes.Create(EncryptionModes.All[0], RandomNumberGenerator.GetBytes(EncryptionModes.KeyLength))!;
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Viewers * Burst)]
    public void Alone() => Forward(joins: false);

    [Benchmark(OperationsPerInvoke = Viewers * Burst)]
    public void InTrains() => Forward(joins: true);

    [GlobalCleanup]
    public void Dispose()
    {
        _port?.Dispose();
        foreach (var viewer in _viewers)
            viewer?.Dispose();
        foreach (var cipher in _ciphers)
            cipher?.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Forward(bool joins)
    {
        for (var packet = 0; packet < Burst; packet++)
        {
            for (var i = 0; i < Viewers; i++)
            {
                var length = _ciphers[i].Protect(_packet, _port.Space(Length + RtpCipher.MaxOverhead));
                if (!joins)
                    _trains[i] = default;
                _port.Send(length, _addresses[i], ref _trains[i]);
            }
        }

        _port.Flush();
    }
}
