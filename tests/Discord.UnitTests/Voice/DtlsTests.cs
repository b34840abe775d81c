using System.Collections;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Discord.Modules.Voice.Browsers;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Tls;
using Org.BouncyCastle.Security;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>Handshakes with a client of the same library; the browser tests do it with Chromium.</summary>
public class DtlsTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(1, new[] { 1 })]
    [InlineData(7, new[] { 1, 7 })]
    public async Task Both_sides_get_the_same_keys(int expected, int[] offered)
    {
        var (server, client) = (new BouncyDtls(TimeProvider.System), new Client(offered));
        var (accepted, keying) = await ShakeAsync(server, client, client.Fingerprint);
        Assert.Equal((SrtpProfile)expected, accepted.Profile);
        Assert.Equal(keying, accepted.Keying);
        Assert.Equal(SrtpCipher.KeyingLength(accepted.Profile), keying.Length);
        Assert.True(server.Fingerprint.Matches(client.ServerCertificate));
    }

    [Fact]
    public async Task A_certificate_that_was_not_named_is_refused()
    {
        var client = new Client([7]);
        await Assert.ThrowsAsync<DtlsException>(() => ShakeAsync(new BouncyDtls(TimeProvider.System), client, CertificateFingerprint.Of([1, 2, 3])));
    }

    [Fact]
    public async Task Who_offers_no_media_protection_is_refused()
    {
        var client = new Client([]);
        await Assert.ThrowsAsync<DtlsException>(() => ShakeAsync(new BouncyDtls(TimeProvider.System), client, client.Fingerprint));
    }

    [Fact]
    public void Garbage_ends_in_a_refusal_within_the_patience()
    {
        var random = new Random(2);
        var server = new BouncyDtls(TimeProvider.System);
        for (var i = 0; i < 20; i++)
        {
            var wire = new Wire();
            for (var n = 0; n < 50; n++)
            {
                var datagram = new byte[random.Next(1, 200)];
                random.NextBytes(datagram);
                (datagram[0], datagram[1]) = ((byte)random.Next(20, 24), 0xFE);
                wire.Incoming.Add(datagram);
            }
            Assert.Throws<DtlsException>(() => server.Accept(wire, CertificateFingerprint.Of([1]), TimeSpan.FromMilliseconds(50)));
        }
    }

    private static async Task<(IDtlsSession Accepted, byte[] Keying)> ShakeAsync(BouncyDtls server, Client client, CertificateFingerprint told)
    {
        var (here, there) = (new Wire(), new Wire());
        (here.Outgoing, there.Outgoing) = (there.Incoming, here.Incoming);
        var connecting = Task.Factory.StartNew(() => client.Connect(there), TaskCreationOptions.LongRunning);
        try
        {
            var accepted = await Task.Factory.StartNew(() => server.Accept(here, told, s_patience), TaskCreationOptions.LongRunning);
            await connecting;
            return (accepted, client.Keying);
        }
        finally
        {
            await connecting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed class Wire : IDatagrams, DatagramTransport
    {
        public BlockingCollection<byte[]> Incoming { get; } = [];

        public BlockingCollection<byte[]> Outgoing { get; set; } = [];

        public int Receive(Span<byte> buffer, TimeSpan wait)
        {
            if (!Incoming.TryTake(out var datagram, wait))
                return -1;
            datagram.CopyTo(buffer);
            return datagram.Length;
        }

        public void Send(ReadOnlySpan<byte> datagram) => Outgoing.Add(datagram.ToArray());

        public int GetReceiveLimit() => 2048;

        public int GetSendLimit() => 1200;

        public int Receive(byte[] buf, int off, int len, int waitMillis) => Receive(buf.AsSpan(off, len), TimeSpan.FromMilliseconds(waitMillis));

        public void Send(byte[] buf, int off, int len) => Send(buf.AsSpan(off, len));

        public void Close()
        {
        }
    }

    private sealed class Client : DefaultTlsClient, TlsAuthentication
    {
        private readonly int[] _profiles;
        private readonly Certificate _certificate;
        private readonly AsymmetricKeyParameter _key;
        private int _profile;

        public Client(int[] profiles)
        {
            _profiles = profiles;
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var certificate = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=browser", key, HashAlgorithmName.SHA256)
                .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
            Fingerprint = CertificateFingerprint.Of(certificate.RawData);
            _certificate = new Certificate([X509CertificateStructure.GetInstance(certificate.RawData)]);
            _key = PrivateKeyFactory.CreateKey(key.ExportPkcs8PrivateKey());
        }

        public CertificateFingerprint Fingerprint { get; }

        public byte[] ServerCertificate { get; private set; } = [];

        public byte[] Keying { get; private set; } = [];

        public override ProtocolVersion ClientVersion => ProtocolVersion.DTLSv12;

        public override ProtocolVersion MinimumVersion => ProtocolVersion.DTLSv12;

        public void Connect(DatagramTransport wire) => new DtlsClientProtocol(new SecureRandom()).Connect(this, wire);

        public override int GetHandshakeTimeoutMillis() => (int)s_patience.TotalMilliseconds;

        public override int[] GetCipherSuites() => [CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256];

        public override IDictionary GetClientExtensions()
        {
            var extensions = TlsExtensionsUtilities.EnsureExtensionsInitialised(base.GetClientExtensions());
            if (_profiles.Length > 0)
                TlsSRTPUtils.AddUseSrtpExtension(extensions, new UseSrtpData(_profiles, []));
            return extensions;
        }

        public override void ProcessServerExtensions(IDictionary serverExtensions)
        {
            base.ProcessServerExtensions(serverExtensions);
            _profile = Assert.Single(TlsSRTPUtils.GetUseSrtpExtension(serverExtensions).ProtectionProfiles);
        }

        public override TlsAuthentication GetAuthentication() => this;

        public void NotifyServerCertificate(Certificate serverCertificate) => ServerCertificate = serverCertificate.GetCertificateAt(0).GetEncoded();

        public TlsCredentials GetClientCredentials(Org.BouncyCastle.Crypto.Tls.CertificateRequest certificateRequest) =>
            new DefaultTlsSignerCredentials(mContext, _certificate, _key, new SignatureAndHashAlgorithm(Org.BouncyCastle.Crypto.Tls.HashAlgorithm.sha256, SignatureAlgorithm.ecdsa));

        public override void NotifyHandshakeComplete()
        {
            base.NotifyHandshakeComplete();
            Keying = mContext.ExportKeyingMaterial(ExporterLabel.dtls_srtp, null, SrtpCipher.KeyingLength((SrtpProfile)_profile));
        }
    }
}
