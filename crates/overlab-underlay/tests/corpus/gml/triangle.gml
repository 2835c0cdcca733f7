# The same network as triangle.graphml, in GML.
Creator "by hand"
graph [
  directed 0
  node [ id 0 label "Same" Latitude 0.0 Longitude 0.0 ]
  node [
    id 1
    label "Same"
    Latitude 0.0
    Longitude +9.0E0
    graphics [ x 12.0 y 3.5 w 1 ]
  ]
  node [ id 2 label "Nowhere &#38; no place" ]
  edge [ source 0 target 1 ]
  edge [ source 1 target 0 LinkLabel "copy
over two lines" ]
  edge [ source 1 target 2 delay 2.5 ]
  edge [ source 0 target 2 latency_us 4000 ]
  edge [ source 2 target 2 ]
]
