using System.Collections;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Tls;
using Org.BouncyCastle.Security;
using CertificateRequest = Org.BouncyCastle.Crypto.Tls.CertificateRequest;

namespace Discord.Modules.Voice.Browsers;

/// <summary>DTLS 1.2 by BouncyCastle, with a P-256 certificate of this process's own: browsers are told its fingerprint, and ask for nothing else.</summary>
internal sealed class BouncyDtls : IDtls
{
    private readonly Certificate _certificate;
    private readonly AsymmetricKeyParameter _key;
    private readonly DtlsServerProtocol _protocol = new(new SecureRandom());

    public BouncyDtls(TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = time.GetUtcNow();
        using var certificate = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=voice", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
        Fingerprint = CertificateFingerprint.Of(certificate.RawData);
        _certificate = new Certificate([X509CertificateStructure.GetInstance(certificate.RawData)]);
        _key = PrivateKeyFactory.CreateKey(key.ExportPkcs8PrivateKey());
    }

    public CertificateFingerprint Fingerprint { get; }

    public IDtlsSession Accept(IDatagrams datagrams, CertificateFingerprint browser, TimeSpan patience)
    {
        var server = new Server(_certificate, _key, browser, patience);
        var transport = new Transport(datagrams);
        try
        {
            return new Session(_protocol.Accept(server, transport), server);
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or InvalidOperationException or CryptoException or SecurityUtilityException or InvalidCastException or IndexOutOfRangeException or ArithmeticException)
        {
            // The library tells bad input by whatever it runs into.
            throw new DtlsException(exception.Message, exception);
        }
    }

    private sealed class Server(Certificate certificate, AsymmetricKeyParameter key, CertificateFingerprint browser, TimeSpan patience) : DefaultTlsServer
    {
        public SrtpProfile Profile { get; private set; }

        public byte[] Keying { get; private set; } = [];

        protected override ProtocolVersion MinimumVersion => ProtocolVersion.DTLSv12;

        protected override ProtocolVersion MaximumVersion => ProtocolVersion.DTLSv12;

        public override int GetHandshakeTimeoutMillis() => (int)patience.TotalMilliseconds;

        public override bool RequiresExtendedMasterSecret() => true;

        protected override int[] GetCipherSuites() =>
            [CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384];

        protected override TlsSignerCredentials GetECDsaSignerCredentials() =>
            new DefaultTlsSignerCredentials(mContext, certificate, key, new SignatureAndHashAlgorithm(Org.BouncyCastle.Crypto.Tls.HashAlgorithm.sha256, SignatureAlgorithm.ecdsa));

        public override void ProcessClientExtensions(IDictionary clientExtensions)
        {
            base.ProcessClientExtensions(clientExtensions);
            var offered = TlsSRTPUtils.GetUseSrtpExtension(clientExtensions)?.ProtectionProfiles ?? [];
            Profile = offered.Contains((int)SrtpProfile.AeadAes128Gcm) ? SrtpProfile.AeadAes128Gcm
                : offered.Contains((int)SrtpProfile.Aes128CmSha1Tag80) ? SrtpProfile.Aes128CmSha1Tag80
                : throw new TlsFatalAlert(AlertDescription.handshake_failure);
        }

        public override IDictionary GetServerExtensions()
        {
            var extensions = TlsExtensionsUtilities.EnsureExtensionsInitialised(base.GetServerExtensions());
            TlsSRTPUtils.AddUseSrtpExtension(extensions, new UseSrtpData([(int)Profile], TlsUtilities.EmptyBytes));
            return extensions;
        }

        public override CertificateRequest GetCertificateRequest() =>
            new([ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign], TlsUtilities.GetDefaultSupportedSignatureAlgorithms(), null);

        /// <summary>The one thing that binds this handshake to the person whose voice socket told the fingerprint.</summary>
        public override void NotifyClientCertificate(Certificate clientCertificate)
        {
            if (clientCertificate.IsEmpty)
                throw new TlsFatalAlert(AlertDescription.handshake_failure);
            if (!browser.Matches(clientCertificate.GetCertificateAt(0).GetEncoded()))
                throw new TlsFatalAlert(AlertDescription.bad_certificate);
        }

        public override void NotifyHandshakeComplete()
        {
            base.NotifyHandshakeComplete();
            Keying = mContext.ExportKeyingMaterial(ExporterLabel.dtls_srtp, null, SrtpCipher.KeyingLength(Profile));
        }
    }

    private sealed class Session(DtlsTransport transport, Server server) : IDtlsSession
    {
        private readonly byte[] _buffer = new byte[2048];

        public SrtpProfile Profile => server.Profile;

        public byte[] Keying => server.Keying;

        public bool Read()
        {
            try
            {
                while (transport.Receive(_buffer, 0, _buffer.Length, 1) >= 0)
                {
                    // Data channels are not offered: whatever it is, nobody waits for it.
                }
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    private sealed class Transport(IDatagrams datagrams) : DatagramTransport
    {
        /// <summary>What fits into a datagram on every path, with room for tunnels.</summary>
        private const int SendLimit = 1200;

        public int GetReceiveLimit() => 2048;

        public int GetSendLimit() => SendLimit;

        public int Receive(byte[] buf, int off, int len, int waitMillis) => datagrams.Receive(buf.AsSpan(off, len), TimeSpan.FromMilliseconds(waitMillis));

        public void Send(byte[] buf, int off, int len) => datagrams.Send(buf.AsSpan(off, len));

        public void Close()
        {
        }
    }
}
