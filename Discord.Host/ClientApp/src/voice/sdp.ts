// Session descriptions. The voice gateway takes the lines of our offer that matter, and tells the lines of its own side; the answer that the browser
// wants is put together here, once at the start and again whenever somebody's stream comes or goes. The server need not know of that: it sees packets.

/** The server's side, as SESSION_DESCRIPTION tells it: all lines that belong into every section. */
export interface ServerSide {
  readonly transport: readonly string[];
}

/** Whose stream a section is to receive. */
export interface Source {
  readonly userId: string;
  readonly ssrc: number;
  /** Of its retransmissions. */
  readonly rtx?: number;
}

/** A codec as SELECT_PROTOCOL lists it. */
export interface Codec {
  readonly name: string;
  readonly type: 'audio' | 'video';
  readonly priority: number;
  readonly payload_type: number;
  readonly rtx_payload_type?: number;
}

interface Section {
  readonly kind: 'audio' | 'video';
  readonly mid: string;
  readonly lines: readonly string[];
}

const level = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';

/** Chromium begins with so little that a screen stays unreadable for seconds: kilobits per second to begin with. */
const startBitrate = 1200;

/** Those that rooms carry, best first. H264 as every browser has it: constrained baseline, in packets of any size. */
const wanted: readonly { name: string; type: 'audio' | 'video'; fits: (fmtp: string) => boolean }[] = [
  { name: 'opus', type: 'audio', fits: () => true },
  { name: 'VP8', type: 'video', fits: () => true },
  { name: 'H264', type: 'video', fits: (fmtp) => fmtp.includes('packetization-mode=1') && /profile-level-id=42e0/i.test(fmtp) },
];

const linesOf = (sdp: string): string[] => sdp.split(/\r?\n/).filter((line) => line !== '');

function sectionsOf(sdp: string): Section[] {
  const sections: string[][] = [];
  for (const line of linesOf(sdp)) {
    if (line.startsWith('m=')) sections.push([]);
    sections.at(-1)?.push(line);
  }
  return sections.map((lines) => ({
    kind: lines[0]!.startsWith('m=audio') ? 'audio' : 'video',
    mid: lines.find((line) => line.startsWith('a=mid:'))?.slice(6) ?? '',
    lines,
  }));
}

/** What our offer has of the codecs that rooms carry. */
export function codecsOf(offer: string): Codec[] {
  const lines = linesOf(offer);
  const fmtp = (type: number): string => lines.find((line) => line.startsWith(`a=fmtp:${type} `)) ?? '';
  return wanted.flatMap(({ name, type, fits }, index) => {
    const types = lines.flatMap((line) => {
      const match = /^a=rtpmap:(\d+) ([^/]+)\//.exec(line);
      return match !== null && match[2]!.toLowerCase() === name.toLowerCase() ? [Number(match[1])] : [];
    });
    const payload = types.find((candidate) => fits(fmtp(candidate)));
    if (payload === undefined) return [];
    const repair = lines.map((line) => /^a=fmtp:(\d+) apt=(\d+)/.exec(line)).find((match) => match !== null && Number(match[2]) === payload);
    const codec: Codec = { name, type, priority: 1000 * (index + 1), payload_type: payload };
    return [repair ? { ...codec, rtx_payload_type: Number(repair[1]) } : codec];
  });
}

/** The lines of our offer that the server wants: who we are to ICE and DTLS, and how we number things. */
export function fragmentOf(offer: string): string {
  const codecs = new Set(codecsOf(offer).flatMap((codec) => [codec.payload_type, codec.rtx_payload_type ?? codec.payload_type]));
  const kept = linesOf(offer).filter((line) => {
    const number = /^a=(?:rtpmap|fmtp):(\d+) /.exec(line);
    return number !== null ? codecs.has(Number(number[1])) : /^a=(extmap-allow-mixed|ice-ufrag|ice-pwd|ice-options|fingerprint|extmap)/.test(line);
  });
  return [...new Set(kept)].join('\n');
}

/** The server's lines, as they go into an answer. `null`: there is no way to the server in them. */
export function serverSideOf(sdp: string): ServerSide | null {
  const transport = linesOf(sdp).filter((line) => /^a=(ice-ufrag|ice-pwd|fingerprint|candidate):/.test(line));
  return ['a=ice-ufrag:', 'a=ice-pwd:', 'a=fingerprint:', 'a=candidate:'].every((start) => transport.some((line) => line.startsWith(start))) ? { transport } : null;
}

/**
 * The answer to our own offer: a section that sends is received, one that receives gets its source. `version` counts the answers of one connection;
 * `codec` is the name of the one in which a picture is to be sent: browsers send in the first that an answer has.
 */
export function answerFor(offer: string, server: ServerSide, sources: ReadonlyMap<string, Source>, version: number, codec?: string): string {
  const sections = sectionsOf(offer);
  const codecs = codecsOf(offer);
  const answer = [
    'v=0',
    `o=- 1 ${version} IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=group:BUNDLE ${sections.map(({ mid }) => mid).join(' ')}`,
    'a=msid-semantic: WMS *',
  ];
  for (const { kind, mid, lines } of sections) {
    const own = codecs.filter(({ type }) => type === kind).sort((a, b) => Number(b.name === codec) - Number(a.name === codec));
    const types = own.flatMap((codec) => (codec.rtx_payload_type === undefined ? [codec.payload_type] : [codec.payload_type, codec.rtx_payload_type]));
    const source = sources.get(mid);
    const sends = lines.includes('a=sendonly');
    answer.push(
      `m=${kind} 9 UDP/TLS/RTP/SAVPF ${types.join(' ')}`,
      'c=IN IP4 0.0.0.0',
      `a=mid:${mid}`,
      `a=${sends ? 'recvonly' : source !== undefined && lines.includes('a=recvonly') ? 'sendonly' : 'inactive'}`,
      'a=rtcp-mux',
      'a=setup:passive',
      ...server.transport,
    );
    for (const line of lines) {
      const number = /^a=(rtpmap|fmtp):(\d+) /.exec(line);
      if (number !== null && types.includes(Number(number[2]))) answer.push(sends && kind === 'video' && number[1] === 'fmtp' && !line.includes('apt=') ? `${line};x-google-start-bitrate=${startBitrate}` : line);
      else if (kind === 'audio' && line.startsWith('a=extmap:') && line.endsWith(level)) answer.push(line);
    }
    for (const { payload_type: type, name } of own) {
      if (kind === 'video') {
        answer.push(`a=rtcp-fb:${type} nack`, `a=rtcp-fb:${type} nack pli`, `a=rtcp-fb:${type} ccm fir`, `a=rtcp-fb:${type} goog-remb`);
        if (sends && name === 'VP8') answer.push(`a=fmtp:${type} x-google-start-bitrate=${startBitrate}`);
      }
    }
    if (source !== undefined && !sends) {
      const { userId, ssrc, rtx } = source;
      answer.push(`a=msid:${userId} ${userId}-${kind}`);
      if (rtx !== undefined) answer.push(`a=ssrc-group:FID ${ssrc} ${rtx}`);
      for (const one of rtx === undefined ? [ssrc] : [ssrc, rtx]) answer.push(`a=ssrc:${one} cname:${userId}-${ssrc}`);
    }
  }
  return `${answer.join('\r\n')}\r\n`;
}
